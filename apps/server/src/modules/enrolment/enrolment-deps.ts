import type { DeviceId, OrgId } from '@muster/contracts';
import type { Registry } from 'prom-client';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { EventPort } from '../../platform/bus/event-port.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Trust } from '../../platform/crypto/index.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { DeviceIdentity } from '../../platform/gateway/ports.ts';
import type { Logger } from '../../platform/log/index.ts';
import type { RegisterInput, Registration } from '../devices/index.ts';
import type { AgentBuilds } from './builds/agent-builds.ts';
import type { ConsoleReach } from './domain/install-lines.ts';
import type { RefusalRate } from './domain/refusal-rate.ts';

/** The registry's side of enrolment: modules/devices. */
export interface EnrolmentDevices {
  register(tx: Tx, input: RegisterInput): Promise<Registration>;
  /** Whether the key is that of a device in use. */
  knowsKey(tx: Tx, orgId: OrgId, publicKey: Uint8Array): Promise<boolean>;
  readonly admission: { findIdentity(deviceId: string): Promise<DeviceIdentity | undefined> };
}

/** Where this server can be reached; modules/system knows. */
export interface Reachability {
  /** How a new machine gets to the console listener; without an address, by the one most likely to be right. */
  console(address?: string): ConsoleReach;
  /** How the one who asks got here: the host that it named, over TLS or not. */
  consoleAt(host: string, secure: boolean): ConsoleReach;
  /** PEM that agents shall believe for `consoleAt`; undefined without TLS and with an operator's certificate. */
  consoleCertificate(secure: boolean): string | undefined;
  /** "host:port" of the gateway, the most likely first; `host` is what the machine called the console. */
  gateways(host: string): string[];
  /** What people call this server. */
  readonly serverName: () => Promise<string>;
}

/** What the module is made from. */
export type EnrolmentDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly events: Pick<EventPort, 'committed'>;
  readonly trust: Pick<
    Trust,
    'installationId' | 'serverCa' | 'rootPublicKey' | 'keys' | 'issueDeviceCertificate'
  >;
  readonly devices: EnrolmentDevices;
  readonly reach: Reachability;
  readonly builds: AgentBuilds;
  readonly registry: Registry;
  readonly log: Logger;
};

/** What exchanging a request for an identity needs beside that. */
export type EnrolDeps = EnrolmentDeps & {
  /** Throws `rate_limited` when copies of this device ask too often. */
  readonly demandCloneRate: (original: DeviceId) => void;
  readonly refusals: RefusalRate;
};
