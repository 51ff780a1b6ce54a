/** Names of what the installation keeps: key pairs with a certificate, and signing keys with a root-signed statement. */
export const MATERIAL_NAMES = [
  'server-ca',
  'device-ca',
  'gateway',
  'console',
  'command',
  'update',
  'audit',
] as const;
export type MaterialName = (typeof MATERIAL_NAMES)[number];

/** One key at rest. */
export type Material = {
  readonly name: MaterialName;
  /** DER certificate, or the raw public key of a signing key. */
  readonly open: Uint8Array;
  /** The private half, sealed under its name as purpose. */
  readonly sealed: Uint8Array;
  /** Serialized SignedStatement by the root key; null for certified keys. */
  readonly statement: Uint8Array | null;
};

/** All that is stored of the installation's trust. */
export type StoredTrust = {
  readonly installationId: string;
  readonly rootPublicKey: Uint8Array;
  readonly epoch: number;
  /** Counts starts; also in a file outside the database. A smaller number here says that an older copy came back. */
  readonly generation: number;
  readonly materials: readonly Material[];
  /** Serialized SignedStatements about the gateways' addresses, oldest first. */
  readonly gateways: readonly Uint8Array[];
};

/** Where trust is kept. */
export interface TrustStore {
  /** Undefined before the first start. */
  load(): Promise<StoredTrust | undefined>;
  /** Stores everything in one transaction; false when another server was first. */
  create(trust: StoredTrust): Promise<boolean>;
  /** Keeps a key that older installations were made without; false when it was there already. */
  addMaterial(material: Material): Promise<boolean>;
  /** Keeps a further statement about the gateways' addresses. */
  addGateways(issuedAt: Date, statement: Uint8Array): Promise<void>;
  /** Sets the counters, never downwards; answers what is stored afterwards. */
  advance(counters: { epoch: number; generation: number }): Promise<{ epoch: number; generation: number }>;
}
