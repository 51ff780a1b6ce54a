import type { SignedStatement } from '@muster/contracts/wire';
import type { ServerNames } from './certificates.ts';

/** What the server CA, the device CA and the keys of this installation can do. Private keys stay inside. */
export interface Trust {
  readonly installationId: string;
  /** Raw Ed25519; pinned by agents. */
  readonly rootPublicKey: Uint8Array;
  /** DER; agents pin it, it signs gateway certificates only. */
  readonly serverCa: Uint8Array;
  /** DER; the gateway's listener trusts it and nothing else. */
  readonly deviceCa: Uint8Array;
  /** Root-signed statements about the command and update keys and the gateways, for Welcome and enrolment. */
  readonly keys: readonly SignedStatement[];
  readonly signer: Signer;
  /** Signs checkpoints of the audit logs, and nothing else. */
  readonly auditKey: AuditKey;
  /** TLS of the gateway listener, PEM. */
  readonly gatewayTls: ListenerTls;
  /** TLS of the console listener by Muster's own key, for the given addresses; the pin is the same for all of them. */
  consoleTls(addresses: readonly string[]): Promise<ConsoleTls>;
  /** A client certificate (DER) for a P-256 key (DER SubjectPublicKeyInfo) that the device has proven to hold. */
  issueDeviceCertificate(deviceId: string, publicKey: Uint8Array): Promise<Uint8Array>;
  /**
   * The root private key for the person at set-up, and its file is gone with that; undefined when it was taken before.
   */
  takeRootKey(): Promise<string | undefined>;
  /**
   * Signs the addresses ("host:port", tried in order) that agents dial from now on, instead of those that they enrolled
   * with; they learn of it with their next welcome. Needs the root key, from its file or given. Throws
   * `precondition_failed` without it and `invalid_input` for another key.
   */
  publishGateways(addresses: readonly string[], rootKey?: string): Promise<{ issuedAt: Date }>;
  /** Standing warnings, for the system page and the log. */
  warnings(): Promise<TrustWarning[]>;
  /** Raises the epoch above `seen`: a device knows commands that this database does not, so an older copy came back. */
  raiseEpoch(seen: number): Promise<number>;
  /** Seals and opens other secrets of the installation. */
  seal(purpose: string, secret: Uint8Array): Uint8Array;
  open(purpose: string, sealed: Uint8Array): Uint8Array;
}

/** Signs commands where they are authorised. A port, so that it can become its own process or a KMS. */
export interface Signer {
  /** Commands carry this; agents refuse a lower one than they have seen. Rises when a server is restored. */
  readonly epoch: number;
  /** Ed25519 over the command domain and the bytes of a serialized CommandBody. */
  signCommand(body: Uint8Array): Promise<{ keyId: string; signature: Uint8Array }>;
}

/** Ed25519; the public half is raw. */
export type AuditKey = {
  readonly publicKey: Uint8Array;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
};

/** Key and certificate of a listener, PEM. */
export type ListenerTls = { readonly key: string; readonly cert: string };
/** `pin` is what curl's --pinnedpubkey takes after `sha256//`. */
export type ConsoleTls = ListenerTls & { readonly pin: string; readonly names: ServerNames };
/** A state that somebody should end. */
export type TrustWarning = { readonly code: string; readonly message: string };
