import type { EnrolResponse, SignedStatement } from '../wire/messages.gen.ts';
import { certificatePem } from './device-key.ts';
import type { StateFolder } from './state-folder.ts';

const FILE = 'identity.json';

/** What enrolment gave this machine, as it lies on disk beside the key. Byte strings are base64. */
export type Identity = {
  /** Random for each enrolment: tells a repaired identity from the one before it. */
  readonly enrolment: string;
  readonly deviceId: string;
  readonly installationId: string;
  readonly serverName: string;
  readonly deviceCertificate: string;
  readonly serverCa: string;
  readonly rootPublicKey: string;
  readonly statements: readonly { readonly body: string; readonly signature: string }[];
  readonly gateways: readonly string[];
  readonly deviceToken: string;
  /** Server time minus this machine's wall clock when the server was last heard (milliseconds). */
  readonly clockOffsetMs: number;
  /** When the key was made, in server time; an agent that enrolled before this was kept does not know. */
  readonly keyMadeAtMs?: number;
};

/** The identity in memory, written through. */
export class IdentityStore {
  #identity: Identity;
  private constructor(
    readonly folder: StateFolder,
    identity: Identity,
  ) {
    this.#identity = identity;
  }

  static read(folder: StateFolder): IdentityStore | undefined {
    const identity = folder.readJson<Identity>(FILE);
    return identity && new IdentityStore(folder, identity);
  }

  static write(folder: StateFolder, identity: Identity): IdentityStore {
    folder.writeJson(FILE, identity);
    return new IdentityStore(folder, identity);
  }

  get current(): Identity {
    return this.#identity;
  }

  /** Changes what is kept, unless this machine was enrolled anew meanwhile: then this identity is over, and false. */
  update(change: Partial<Identity>): boolean {
    if (this.folder.readJson<Identity>(FILE)?.enrolment !== this.#identity.enrolment) return false;
    this.#identity = { ...this.#identity, ...change };
    this.folder.writeJson(FILE, this.#identity);
    return true;
  }
}

/** The identity that an enrolment's answer describes. */
export function identityFrom(response: EnrolResponse, now: number): Identity {
  return {
    enrolment: crypto.randomUUID(),
    deviceId: response.deviceId,
    installationId: response.installationId,
    serverName: response.serverName,
    deviceCertificate: certificatePem(response.deviceCertificate),
    serverCa: certificatePem(response.serverCa),
    rootPublicKey: response.rootPublicKey.toBase64(),
    statements: response.keys.map(storedStatement),
    gateways: response.gateways,
    deviceToken: response.deviceToken,
    clockOffsetMs: response.serverTimeMs - now,
    keyMadeAtMs: response.serverTimeMs,
  };
}

export function storedStatement({ body, signature }: SignedStatement): Identity['statements'][number] {
  return { body: body.toBase64(), signature: signature.toBase64() };
}
