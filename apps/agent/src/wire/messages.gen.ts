// Generated from packages/contracts/proto by `npm run generate`. Do not edit.
import type { MessageType } from './codec.ts';

export const DeviceState = {
  UNSPECIFIED: 0,
  PENDING: 1,
  ACTIVE: 2,
  SUSPENDED: 3,
  REVOKED: 4,
  RETIRED: 5,
} as const;
export const CommandState = {
  UNSPECIFIED: 0,
  RECEIVED: 1,
  RUNNING: 2,
  PROGRESS: 3,
  SUCCEEDED: 4,
  FAILED: 5,
  REFUSED: 6,
  EXPIRED: 7,
  CANCELLED: 8,
  INTERRUPTED: 9,
} as const;
export type EnrolRequest = {
  token: string;
  publicKey: Uint8Array<ArrayBuffer>;
  proof: Uint8Array<ArrayBuffer>;
  facts: Facts | undefined;
  agentVersion: string;
  tags: string[];
  deviceId: string;
  deviceProof: Uint8Array<ArrayBuffer>;
  reidentify: boolean;
};
export const EnrolRequest: MessageType<EnrolRequest> = {
  fields: [
    { number: 1, name: 'token', kind: 'string' },
    { number: 2, name: 'publicKey', kind: 'bytes' },
    { number: 3, name: 'proof', kind: 'bytes' },
    { number: 4, name: 'facts', kind: () => Facts },
    { number: 5, name: 'agentVersion', kind: 'string' },
    { number: 6, name: 'tags', kind: 'string', repeated: true },
    { number: 7, name: 'deviceId', kind: 'string' },
    { number: 8, name: 'deviceProof', kind: 'bytes' },
    { number: 9, name: 'reidentify', kind: 'bool' },
  ],
};
export type EnrolResponse = {
  deviceId: string;
  installationId: string;
  deviceCertificate: Uint8Array<ArrayBuffer>;
  serverCa: Uint8Array<ArrayBuffer>;
  rootPublicKey: Uint8Array<ArrayBuffer>;
  keys: SignedStatement[];
  gateways: string[];
  deviceToken: string;
  serverTimeMs: number;
  state: number;
  repaired: boolean;
  serverName: string;
};
export const EnrolResponse: MessageType<EnrolResponse> = {
  fields: [
    { number: 1, name: 'deviceId', kind: 'string' },
    { number: 2, name: 'installationId', kind: 'string' },
    { number: 3, name: 'deviceCertificate', kind: 'bytes' },
    { number: 4, name: 'serverCa', kind: 'bytes' },
    { number: 5, name: 'rootPublicKey', kind: 'bytes' },
    { number: 6, name: 'keys', kind: () => SignedStatement, repeated: true },
    { number: 7, name: 'gateways', kind: 'string', repeated: true },
    { number: 8, name: 'deviceToken', kind: 'string' },
    { number: 9, name: 'serverTimeMs', kind: 'int64' },
    { number: 10, name: 'state', kind: 'enum' },
    { number: 11, name: 'repaired', kind: 'bool' },
    { number: 12, name: 'serverName', kind: 'string' },
  ],
};
export type SignedStatement = {
  body: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
};
export const SignedStatement: MessageType<SignedStatement> = {
  fields: [
    { number: 1, name: 'body', kind: 'bytes' },
    { number: 2, name: 'signature', kind: 'bytes' },
  ],
};
export type KeyStatement = {
  installationId: string;
  keyId: string;
  purpose: string;
  publicKey: Uint8Array<ArrayBuffer>;
  epoch: number;
  issuedAtMs: number;
  gateways: string[];
};
export const KeyStatement: MessageType<KeyStatement> = {
  fields: [
    { number: 1, name: 'installationId', kind: 'string' },
    { number: 2, name: 'keyId', kind: 'string' },
    { number: 3, name: 'purpose', kind: 'string' },
    { number: 4, name: 'publicKey', kind: 'bytes' },
    { number: 5, name: 'epoch', kind: 'uint32' },
    { number: 6, name: 'issuedAtMs', kind: 'int64' },
    { number: 7, name: 'gateways', kind: 'string', repeated: true },
  ],
};
export type AgentFrame = {
  hello: Hello | undefined;
  checkIn: CheckIn | undefined;
  sample: Sample | undefined;
  commandUpdate: CommandUpdate | undefined;
  facts: Facts | undefined;
  goodbye: Goodbye | undefined;
  instances: Instances | undefined;
  unknown: Unknown | undefined;
  keyRotation: KeyRotation | undefined;
  inventory: InventoryUpdate | undefined;
};
export const AgentFrame: MessageType<AgentFrame> = {
  fields: [
    { number: 1, name: 'hello', kind: () => Hello },
    { number: 2, name: 'checkIn', kind: () => CheckIn },
    { number: 3, name: 'sample', kind: () => Sample },
    { number: 4, name: 'commandUpdate', kind: () => CommandUpdate },
    { number: 5, name: 'facts', kind: () => Facts },
    { number: 6, name: 'goodbye', kind: () => Goodbye },
    { number: 7, name: 'instances', kind: () => Instances },
    { number: 8, name: 'unknown', kind: () => Unknown },
    { number: 9, name: 'keyRotation', kind: () => KeyRotation },
    { number: 10, name: 'inventory', kind: () => InventoryUpdate },
  ],
};
export type ServerFrame = {
  challenge: Challenge | undefined;
  welcome: Welcome | undefined;
  rejected: Rejected | undefined;
  checkInReply: CheckInReply | undefined;
  command: CommandDelivery | undefined;
  commandCancel: CommandCancel | undefined;
  commandUpdateAck: CommandUpdateAck | undefined;
  liveMode: LiveMode | undefined;
  unknown: Unknown | undefined;
  settings: Settings | undefined;
  error: FrameError | undefined;
  keyRotationReply: KeyRotationReply | undefined;
  keysChanged: KeysChanged | undefined;
  inventoryReply: InventoryReply | undefined;
};
export const ServerFrame: MessageType<ServerFrame> = {
  fields: [
    { number: 1, name: 'challenge', kind: () => Challenge },
    { number: 2, name: 'welcome', kind: () => Welcome },
    { number: 3, name: 'rejected', kind: () => Rejected },
    { number: 4, name: 'checkInReply', kind: () => CheckInReply },
    { number: 5, name: 'command', kind: () => CommandDelivery },
    { number: 6, name: 'commandCancel', kind: () => CommandCancel },
    { number: 7, name: 'commandUpdateAck', kind: () => CommandUpdateAck },
    { number: 8, name: 'liveMode', kind: () => LiveMode },
    { number: 9, name: 'unknown', kind: () => Unknown },
    { number: 10, name: 'settings', kind: () => Settings },
    { number: 11, name: 'error', kind: () => FrameError },
    { number: 12, name: 'keyRotationReply', kind: () => KeyRotationReply },
    { number: 13, name: 'keysChanged', kind: () => KeysChanged },
    { number: 14, name: 'inventoryReply', kind: () => InventoryReply },
  ],
};
export type Challenge = {
  nonce: Uint8Array<ArrayBuffer>;
  serverTimeMs: number;
  installationId: string;
  protocol: number;
  oldestProtocol: number;
};
export const Challenge: MessageType<Challenge> = {
  fields: [
    { number: 1, name: 'nonce', kind: 'bytes' },
    { number: 2, name: 'serverTimeMs', kind: 'int64' },
    { number: 3, name: 'installationId', kind: 'string' },
    { number: 4, name: 'protocol', kind: 'uint32' },
    { number: 5, name: 'oldestProtocol', kind: 'uint32' },
  ],
};
export type Hello = {
  body: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
};
export const Hello: MessageType<Hello> = {
  fields: [
    { number: 1, name: 'body', kind: 'bytes' },
    { number: 2, name: 'signature', kind: 'bytes' },
  ],
};
export type HelloBody = {
  deviceId: string;
  protocol: number;
  agentVersion: string;
  bootId: string;
  uptimeMs: number;
  deviceToken: string;
  epoch: number;
  sequenceSeen: number;
  policy: string;
  runId: string;
  pendingMinutes: number;
  installationId: string;
};
export const HelloBody: MessageType<HelloBody> = {
  fields: [
    { number: 1, name: 'deviceId', kind: 'string' },
    { number: 2, name: 'protocol', kind: 'uint32' },
    { number: 3, name: 'agentVersion', kind: 'string' },
    { number: 4, name: 'bootId', kind: 'string' },
    { number: 5, name: 'uptimeMs', kind: 'uint64' },
    { number: 6, name: 'deviceToken', kind: 'string' },
    { number: 7, name: 'epoch', kind: 'uint32' },
    { number: 8, name: 'sequenceSeen', kind: 'uint64' },
    { number: 9, name: 'policy', kind: 'string' },
    { number: 10, name: 'runId', kind: 'string' },
    { number: 11, name: 'pendingMinutes', kind: 'uint32' },
    { number: 12, name: 'installationId', kind: 'string' },
  ],
};
export type Welcome = {
  connectionEpoch: number;
  serverTimeMs: number;
  settings: Settings | undefined;
  state: number;
  newToken: string;
  keys: SignedStatement[];
  wantFacts: boolean;
};
export const Welcome: MessageType<Welcome> = {
  fields: [
    { number: 1, name: 'connectionEpoch', kind: 'uint64' },
    { number: 2, name: 'serverTimeMs', kind: 'int64' },
    { number: 3, name: 'settings', kind: () => Settings },
    { number: 4, name: 'state', kind: 'enum' },
    { number: 5, name: 'newToken', kind: 'string' },
    { number: 6, name: 'keys', kind: () => SignedStatement, repeated: true },
    { number: 7, name: 'wantFacts', kind: 'bool' },
  ],
};
export type KeysChanged = {
  keys: SignedStatement[];
};
export const KeysChanged: MessageType<KeysChanged> = {
  fields: [
    { number: 1, name: 'keys', kind: () => SignedStatement, repeated: true },
  ],
};
export type Settings = {
  checkInIntervalS: number;
  sampleIntervalMs: number;
  beaconIntervalS: number;
  pingIntervalS: number;
  inventoryIntervalS: number;
  keyMaxAgeS: number;
};
export const Settings: MessageType<Settings> = {
  fields: [
    { number: 1, name: 'checkInIntervalS', kind: 'uint32' },
    { number: 2, name: 'sampleIntervalMs', kind: 'uint32' },
    { number: 3, name: 'beaconIntervalS', kind: 'uint32' },
    { number: 4, name: 'pingIntervalS', kind: 'uint32' },
    { number: 5, name: 'inventoryIntervalS', kind: 'uint32' },
    { number: 6, name: 'keyMaxAgeS', kind: 'uint32' },
  ],
};
export type Rejected = {
  code: string;
  message: string;
  retryAfterMs: number;
};
export const Rejected: MessageType<Rejected> = {
  fields: [
    { number: 1, name: 'code', kind: 'string' },
    { number: 2, name: 'message', kind: 'string' },
    { number: 3, name: 'retryAfterMs', kind: 'uint32' },
  ],
};
export type Goodbye = {
  reason: string;
};
export const Goodbye: MessageType<Goodbye> = {
  fields: [
    { number: 1, name: 'reason', kind: 'string' },
  ],
};
export type Unknown = {
  field: number;
};
export const Unknown: MessageType<Unknown> = {
  fields: [
    { number: 1, name: 'field', kind: 'uint32' },
  ],
};
export type FrameError = {
  code: string;
  message: string;
};
export const FrameError: MessageType<FrameError> = {
  fields: [
    { number: 1, name: 'code', kind: 'string' },
    { number: 2, name: 'message', kind: 'string' },
  ],
};
export type CheckIn = {
  id: number;
  minutes: Minute[];
  minutesLeft: number;
  health: AgentHealth | undefined;
};
export const CheckIn: MessageType<CheckIn> = {
  fields: [
    { number: 1, name: 'id', kind: 'uint64' },
    { number: 2, name: 'minutes', kind: () => Minute, repeated: true },
    { number: 3, name: 'minutesLeft', kind: 'uint32' },
    { number: 4, name: 'health', kind: () => AgentHealth },
  ],
};
export type AgentHealth = {
  residentBytes: number;
  cpuPermille: number;
  shedding: boolean;
  minutesDropped: number;
  journalBytes: number;
};
export const AgentHealth: MessageType<AgentHealth> = {
  fields: [
    { number: 1, name: 'residentBytes', kind: 'uint64' },
    { number: 2, name: 'cpuPermille', kind: 'uint32' },
    { number: 3, name: 'shedding', kind: 'bool' },
    { number: 4, name: 'minutesDropped', kind: 'uint32' },
    { number: 5, name: 'journalBytes', kind: 'uint64' },
  ],
};
export type CheckInReply = {
  id: number;
  serverTimeMs: number;
  acknowledgedMinutes: number[];
  refusedMinutes: number[];
  newToken: string;
  settings: Settings | undefined;
};
export const CheckInReply: MessageType<CheckInReply> = {
  fields: [
    { number: 1, name: 'id', kind: 'uint64' },
    { number: 2, name: 'serverTimeMs', kind: 'int64' },
    { number: 3, name: 'acknowledgedMinutes', kind: 'uint32', repeated: true },
    { number: 4, name: 'refusedMinutes', kind: 'uint32', repeated: true },
    { number: 5, name: 'newToken', kind: 'string' },
    { number: 6, name: 'settings', kind: () => Settings },
  ],
};
export type MetricSet = {
  metrics: number[];
  values: number[];
};
export const MetricSet: MessageType<MetricSet> = {
  fields: [
    { number: 1, name: 'metrics', kind: 'uint32', repeated: true },
    { number: 2, name: 'values', kind: 'sint64', repeated: true },
  ],
};
export type InstanceMetrics = {
  instance: number;
  metrics: MetricSet | undefined;
};
export const InstanceMetrics: MessageType<InstanceMetrics> = {
  fields: [
    { number: 1, name: 'instance', kind: 'uint32' },
    { number: 2, name: 'metrics', kind: () => MetricSet },
  ],
};
export type Sample = {
  atMs: number;
  metrics: MetricSet | undefined;
  instances: InstanceMetrics[];
};
export const Sample: MessageType<Sample> = {
  fields: [
    { number: 1, name: 'atMs', kind: 'int64' },
    { number: 2, name: 'metrics', kind: () => MetricSet },
    { number: 3, name: 'instances', kind: () => InstanceMetrics, repeated: true },
  ],
};
export type Minute = {
  minute: number;
  samples: number;
  metrics: MetricSet | undefined;
  instances: InstanceMetrics[];
};
export const Minute: MessageType<Minute> = {
  fields: [
    { number: 1, name: 'minute', kind: 'uint32' },
    { number: 2, name: 'samples', kind: 'uint32' },
    { number: 3, name: 'metrics', kind: () => MetricSet },
    { number: 4, name: 'instances', kind: () => InstanceMetrics, repeated: true },
  ],
};
export type Instances = {
  instances: Instance[];
};
export const Instances: MessageType<Instances> = {
  fields: [
    { number: 1, name: 'instances', kind: () => Instance, repeated: true },
  ],
};
export type Instance = {
  instance: number;
  kind: string;
  name: string;
  detail: string;
};
export const Instance: MessageType<Instance> = {
  fields: [
    { number: 1, name: 'instance', kind: 'uint32' },
    { number: 2, name: 'kind', kind: 'string' },
    { number: 3, name: 'name', kind: 'string' },
    { number: 4, name: 'detail', kind: 'string' },
  ],
};
export type LiveMode = {
  intervalMs: number;
  durationMs: number;
};
export const LiveMode: MessageType<LiveMode> = {
  fields: [
    { number: 1, name: 'intervalMs', kind: 'uint32' },
    { number: 2, name: 'durationMs', kind: 'uint32' },
  ],
};
export type Facts = {
  hostname: string;
  fqdn: string;
  os: string;
  osName: string;
  osVersion: string;
  osBuild: string;
  kernel: string;
  arch: string;
  serialNumber: string;
  manufacturer: string;
  model: string;
  cpuModel: string;
  cpuCores: number;
  memoryTotalBytes: number;
  bootedAtMs: number;
  machineId: string;
  interfaces: NetworkInterface[];
  timezone: string;
  virtualisation: string;
  agentVersion: string;
};
export const Facts: MessageType<Facts> = {
  fields: [
    { number: 1, name: 'hostname', kind: 'string' },
    { number: 2, name: 'fqdn', kind: 'string' },
    { number: 3, name: 'os', kind: 'string' },
    { number: 4, name: 'osName', kind: 'string' },
    { number: 5, name: 'osVersion', kind: 'string' },
    { number: 6, name: 'osBuild', kind: 'string' },
    { number: 7, name: 'kernel', kind: 'string' },
    { number: 8, name: 'arch', kind: 'string' },
    { number: 9, name: 'serialNumber', kind: 'string' },
    { number: 10, name: 'manufacturer', kind: 'string' },
    { number: 11, name: 'model', kind: 'string' },
    { number: 12, name: 'cpuModel', kind: 'string' },
    { number: 13, name: 'cpuCores', kind: 'uint32' },
    { number: 14, name: 'memoryTotalBytes', kind: 'uint64' },
    { number: 15, name: 'bootedAtMs', kind: 'int64' },
    { number: 16, name: 'machineId', kind: 'string' },
    { number: 17, name: 'interfaces', kind: () => NetworkInterface, repeated: true },
    { number: 18, name: 'timezone', kind: 'string' },
    { number: 19, name: 'virtualisation', kind: 'string' },
    { number: 20, name: 'agentVersion', kind: 'string' },
  ],
};
export type NetworkInterface = {
  name: string;
  mac: string;
  addresses: string[];
};
export const NetworkInterface: MessageType<NetworkInterface> = {
  fields: [
    { number: 1, name: 'name', kind: 'string' },
    { number: 2, name: 'mac', kind: 'string' },
    { number: 3, name: 'addresses', kind: 'string', repeated: true },
  ],
};
export type InventoryUpdate = {
  category: string;
  collectedAtMs: number;
  base: Uint8Array<ArrayBuffer>;
  state: Uint8Array<ArrayBuffer>;
  upserts: InventoryItem[];
  removed: InventoryKey[];
  more: boolean;
  note: string;
};
export const InventoryUpdate: MessageType<InventoryUpdate> = {
  fields: [
    { number: 1, name: 'category', kind: 'string' },
    { number: 2, name: 'collectedAtMs', kind: 'int64' },
    { number: 3, name: 'base', kind: 'bytes' },
    { number: 4, name: 'state', kind: 'bytes' },
    { number: 5, name: 'upserts', kind: () => InventoryItem, repeated: true },
    { number: 6, name: 'removed', kind: () => InventoryKey, repeated: true },
    { number: 7, name: 'more', kind: 'bool' },
    { number: 8, name: 'note', kind: 'string' },
  ],
};
export type InventoryKey = {
  kind: string;
  key: string;
};
export const InventoryKey: MessageType<InventoryKey> = {
  fields: [
    { number: 1, name: 'kind', kind: 'string' },
    { number: 2, name: 'key', kind: 'string' },
  ],
};
export type InventoryItem = {
  kind: string;
  key: string;
  fields: Uint8Array<ArrayBuffer>;
};
export const InventoryItem: MessageType<InventoryItem> = {
  fields: [
    { number: 1, name: 'kind', kind: 'string' },
    { number: 2, name: 'key', kind: 'string' },
    { number: 3, name: 'fields', kind: 'bytes' },
  ],
};
export type InventoryReply = {
  category: string;
  state: Uint8Array<ArrayBuffer>;
  wantAll: boolean;
  refused: string;
};
export const InventoryReply: MessageType<InventoryReply> = {
  fields: [
    { number: 1, name: 'category', kind: 'string' },
    { number: 2, name: 'state', kind: 'bytes' },
    { number: 3, name: 'wantAll', kind: 'bool' },
    { number: 4, name: 'refused', kind: 'string' },
  ],
};
export type CommandEnvelope = {
  body: Uint8Array<ArrayBuffer>;
  signatures: CommandSignature[];
};
export const CommandEnvelope: MessageType<CommandEnvelope> = {
  fields: [
    { number: 1, name: 'body', kind: 'bytes' },
    { number: 2, name: 'signatures', kind: () => CommandSignature, repeated: true },
  ],
};
export type CommandSignature = {
  keyId: string;
  signature: Uint8Array<ArrayBuffer>;
};
export const CommandSignature: MessageType<CommandSignature> = {
  fields: [
    { number: 1, name: 'keyId', kind: 'string' },
    { number: 2, name: 'signature', kind: 'bytes' },
  ],
};
export type CommandBody = {
  installationId: string;
  epoch: number;
  commandId: string;
  deviceId: string;
  sequence: number;
  floor: number;
  notBeforeMs: number;
  deliverByMs: number;
  name: string;
  version: number;
  payload: Uint8Array<ArrayBuffer>;
  timeoutMs: number;
};
export const CommandBody: MessageType<CommandBody> = {
  fields: [
    { number: 1, name: 'installationId', kind: 'string' },
    { number: 2, name: 'epoch', kind: 'uint32' },
    { number: 3, name: 'commandId', kind: 'string' },
    { number: 4, name: 'deviceId', kind: 'string' },
    { number: 5, name: 'sequence', kind: 'uint64' },
    { number: 6, name: 'floor', kind: 'uint64' },
    { number: 7, name: 'notBeforeMs', kind: 'int64' },
    { number: 8, name: 'deliverByMs', kind: 'int64' },
    { number: 9, name: 'name', kind: 'string' },
    { number: 10, name: 'version', kind: 'uint32' },
    { number: 11, name: 'payload', kind: 'bytes' },
    { number: 12, name: 'timeoutMs', kind: 'uint32' },
  ],
};
export type CommandDelivery = {
  envelope: Uint8Array<ArrayBuffer>;
  commandId: string;
};
export const CommandDelivery: MessageType<CommandDelivery> = {
  fields: [
    { number: 1, name: 'envelope', kind: 'bytes' },
    { number: 2, name: 'commandId', kind: 'string' },
  ],
};
export type CommandCancel = {
  commandId: string;
};
export const CommandCancel: MessageType<CommandCancel> = {
  fields: [
    { number: 1, name: 'commandId', kind: 'string' },
  ],
};
export type CommandUpdate = {
  commandId: string;
  state: number;
  payload: Uint8Array<ArrayBuffer>;
  errorCode: string;
  errorMessage: string;
  atMs: number;
  progressNumber: number;
};
export const CommandUpdate: MessageType<CommandUpdate> = {
  fields: [
    { number: 1, name: 'commandId', kind: 'string' },
    { number: 2, name: 'state', kind: 'enum' },
    { number: 3, name: 'payload', kind: 'bytes' },
    { number: 4, name: 'errorCode', kind: 'string' },
    { number: 5, name: 'errorMessage', kind: 'string' },
    { number: 6, name: 'atMs', kind: 'int64' },
    { number: 7, name: 'progressNumber', kind: 'uint32' },
  ],
};
export type CommandUpdateAck = {
  commandId: string;
  state: number;
};
export const CommandUpdateAck: MessageType<CommandUpdateAck> = {
  fields: [
    { number: 1, name: 'commandId', kind: 'string' },
    { number: 2, name: 'state', kind: 'enum' },
  ],
};
export type KeyRotation = {
  publicKey: Uint8Array<ArrayBuffer>;
  proof: Uint8Array<ArrayBuffer>;
};
export const KeyRotation: MessageType<KeyRotation> = {
  fields: [
    { number: 1, name: 'publicKey', kind: 'bytes' },
    { number: 2, name: 'proof', kind: 'bytes' },
  ],
};
export type KeyRotationReply = {
  deviceCertificate: Uint8Array<ArrayBuffer>;
};
export const KeyRotationReply: MessageType<KeyRotationReply> = {
  fields: [
    { number: 1, name: 'deviceCertificate', kind: 'bytes' },
  ],
};
export type Beacon = {
  hello: HelloBody | undefined;
  checkIn: CheckIn | undefined;
  commandUpdates: CommandUpdate[];
  facts: Facts | undefined;
  instances: Instances | undefined;
  goodbye: Goodbye | undefined;
  inventory: InventoryUpdate[];
};
export const Beacon: MessageType<Beacon> = {
  fields: [
    { number: 1, name: 'hello', kind: () => HelloBody },
    { number: 2, name: 'checkIn', kind: () => CheckIn },
    { number: 3, name: 'commandUpdates', kind: () => CommandUpdate, repeated: true },
    { number: 4, name: 'facts', kind: () => Facts },
    { number: 5, name: 'instances', kind: () => Instances },
    { number: 6, name: 'goodbye', kind: () => Goodbye },
    { number: 7, name: 'inventory', kind: () => InventoryUpdate, repeated: true },
  ],
};
export type BeaconReply = {
  checkInReply: CheckInReply | undefined;
  commands: CommandDelivery[];
  commandUpdateAcks: CommandUpdateAck[];
  keys: SignedStatement[];
  nextNonce: Uint8Array<ArrayBuffer>;
  state: number;
  rejected: Rejected | undefined;
  cancels: CommandCancel[];
  inventoryReplies: InventoryReply[];
};
export const BeaconReply: MessageType<BeaconReply> = {
  fields: [
    { number: 1, name: 'checkInReply', kind: () => CheckInReply },
    { number: 2, name: 'commands', kind: () => CommandDelivery, repeated: true },
    { number: 3, name: 'commandUpdateAcks', kind: () => CommandUpdateAck, repeated: true },
    { number: 4, name: 'keys', kind: () => SignedStatement, repeated: true },
    { number: 5, name: 'nextNonce', kind: 'bytes' },
    { number: 6, name: 'state', kind: 'enum' },
    { number: 7, name: 'rejected', kind: () => Rejected },
    { number: 8, name: 'cancels', kind: () => CommandCancel, repeated: true },
    { number: 9, name: 'inventoryReplies', kind: () => InventoryReply, repeated: true },
  ],
};
export type CheckInRequest = {
  agentId: string;
  hostname: string;
  os: string;
  osVersion: string;
  arch: string;
  agentVersion: string;
  serialNumber: string;
  telemetry: Telemetry | undefined;
  beacon: Beacon | undefined;
};
export const CheckInRequest: MessageType<CheckInRequest> = {
  fields: [
    { number: 1, name: 'agentId', kind: 'string' },
    { number: 2, name: 'hostname', kind: 'string' },
    { number: 3, name: 'os', kind: 'string' },
    { number: 4, name: 'osVersion', kind: 'string' },
    { number: 5, name: 'arch', kind: 'string' },
    { number: 6, name: 'agentVersion', kind: 'string' },
    { number: 7, name: 'serialNumber', kind: 'string' },
    { number: 8, name: 'telemetry', kind: () => Telemetry },
    { number: 100, name: 'beacon', kind: () => Beacon },
  ],
};
export type CheckInResponse = {
  heartbeatIntervalSeconds: number;
  pendingCommands: Command[];
  newToken: string;
  beacon: BeaconReply | undefined;
};
export const CheckInResponse: MessageType<CheckInResponse> = {
  fields: [
    { number: 1, name: 'heartbeatIntervalSeconds', kind: 'int32' },
    { number: 2, name: 'pendingCommands', kind: () => Command, repeated: true },
    { number: 3, name: 'newToken', kind: 'string' },
    { number: 100, name: 'beacon', kind: () => BeaconReply },
  ],
};
export type Telemetry = {
  cpuPercent: number;
  memoryPercent: number;
  memoryUsedBytes: number;
  memoryTotalBytes: number;
  diskPercent: number;
  diskUsedBytes: number;
  diskTotalBytes: number;
  networkRxBps: number;
  networkTxBps: number;
};
export const Telemetry: MessageType<Telemetry> = {
  fields: [
    { number: 1, name: 'cpuPercent', kind: 'float' },
    { number: 2, name: 'memoryPercent', kind: 'float' },
    { number: 3, name: 'memoryUsedBytes', kind: 'uint64' },
    { number: 4, name: 'memoryTotalBytes', kind: 'uint64' },
    { number: 5, name: 'diskPercent', kind: 'float' },
    { number: 6, name: 'diskUsedBytes', kind: 'uint64' },
    { number: 7, name: 'diskTotalBytes', kind: 'uint64' },
    { number: 8, name: 'networkRxBps', kind: 'uint64' },
    { number: 9, name: 'networkTxBps', kind: 'uint64' },
  ],
};
export type Command = {
  id: string;
  type: number;
  payload: string;
};
export const Command: MessageType<Command> = {
  fields: [
    { number: 1, name: 'id', kind: 'string' },
    { number: 2, name: 'type', kind: 'enum' },
    { number: 3, name: 'payload', kind: 'string' },
  ],
};
