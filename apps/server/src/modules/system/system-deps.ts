import type { contract, Site } from '@muster/contracts';
import type { InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract';
import type { z } from 'zod';
import type { Scope } from '../../platform/actor.ts';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Person } from '../../platform/http/index.ts';
import type { Addresses } from './addresses.ts';

type Outputs = InferContractRouterOutputs<typeof contract.system>;
type Platform = InferContractRouterInputs<typeof contract.system>['prepareAgentBuild']['platform'];

/** What the system page shows, from the parts that know it. */
export type SystemDeps = {
  readonly audit: AuditPort;
  readonly database: Database;
  readonly version: string;
  readonly installationId: string;
  readonly startedAt: Date;
  readonly addresses: Addresses;
  /** Standing warnings of the installation: things that somebody should do. */
  readonly warnings: () => Promise<Outputs['status']['warnings']>;
  /** Signs where agents dial from now on, by the root key from its file or the one given. */
  readonly publishGateways: (addresses: readonly string[], rootKey?: string) => Promise<{ issuedAt: Date }>;
  readonly listen: (address: string) => Promise<void>;
  readonly listSites: (scope: Scope) => Promise<z.infer<typeof Site>[]>;
  readonly liveTicket: (person: Person) => Outputs['liveTicket'];
  readonly builds: {
    list(): Promise<Outputs['status']['agentBuilds']> | Outputs['status']['agentBuilds'];
    prepare(platform: Platform): Promise<Outputs['prepareAgentBuild']> | Outputs['prepareAgentBuild'];
  };
};
