import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  AgentFrameSchema,
  CommandBodySchema,
  CommandEnvelopeSchema,
  CommandState,
  HelloBodySchema,
  PROTOCOL,
  signedBytes,
} from '@muster/contracts/wire';
import { factsOf, type Identity, signP256 } from './identity.ts';

type Body = NonNullable<MessageInitShape<typeof AgentFrameSchema>['body']>;

/** Bytes of one frame upwards. */
function frame(body: Body): Uint8Array<ArrayBuffer> {
  return toBinary(AgentFrameSchema, create(AgentFrameSchema, { body }));
}

/** The hello of an identity over the server's nonce. */
export function helloFrame(identity: Identity, nonce: Uint8Array, pendingMinutes: number) {
  const body = toBinary(
    HelloBodySchema,
    create(HelloBodySchema, {
      deviceId: identity.deviceId,
      installationId: identity.installationId,
      protocol: PROTOCOL,
      agentVersion: '0.1.0',
      bootId: `boot-of-${identity.number}`,
      uptimeMs: BigInt(Math.round(performance.now())),
      deviceToken: identity.deviceToken,
      policy: 'control',
      runId: `run-of-${identity.number}`,
      pendingMinutes,
    }),
  );
  const signature = signP256(identity.key, signedBytes('hello', nonce, body));
  return frame({ case: 'hello', value: { body, signature } });
}

/** Readings as an agent with one disk and one interface has them; they differ by device and move with time. */
function readings(number: number, step: number) {
  const wave = (number * 37 + step * 11) % 1_000;
  return {
    metrics: {
      metrics: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
      values: [wave, 60_000 + wave, 131_072, 12, 32_768, 90_000 + wave, 200_000, wave * 40, wave * 9]
        .concat([wave * 3, wave * 5, wave % 300, 86_400 + step, 140 + (wave % 9)])
        .map(BigInt),
    },
    instances: [
      {
        instance: 1,
        metrics: {
          metrics: [6, 7, 10, 11],
          values: [90_000 + wave, 200_000, wave * 3, wave * 5].map(BigInt),
        },
      },
      { instance: 2, metrics: { metrics: [8, 9], values: [wave * 40, wave * 9].map(BigInt) } },
    ],
  };
}

/** A ten-second sample. */
export function sampleFrame(number: number, atMs: number) {
  const value = { atMs: BigInt(Math.round(atMs)), ...readings(number, Math.floor(atMs / 10_000)) };
  return frame({ case: 'sample', value });
}

/** A check-in with closed minutes. */
export function checkInFrame(number: number, id: number, minutes: readonly number[]) {
  const closed = minutes.map((minute) => ({ minute, samples: 6, ...readings(number, minute * 6) }));
  const health = { residentBytes: 14_000_000n, cpuPermille: 1, journalBytes: 4_096n };
  return frame({ case: 'checkIn', value: { id: BigInt(id), minutes: closed, health } });
}

/** The names of the disk and the interface. */
export function instancesFrame() {
  const instances = [
    { instance: 1, kind: 'disk', name: '/', detail: 'ext4 on /dev/sda1' },
    { instance: 2, kind: 'interface', name: 'eth0', detail: '' },
  ];
  return frame({ case: 'instances', value: { instances } });
}

export function factsFrame(number: number) {
  return frame({ case: 'facts', value: factsOf(number) });
}

export function goodbyeFrame() {
  return frame({ case: 'goodbye', value: { reason: 'stop' } });
}

/** The command's id out of its signed envelope; the signature is not checked here, agents do that in their own tests. */
export function commandIdOf(envelope: Uint8Array): string {
  return fromBinary(CommandBodySchema, fromBinary(CommandEnvelopeSchema, envelope).body).commandId;
}

/** What an agent says of a command; a success carries an empty list of processes. */
export function commandUpdateFrame(commandId: string, state: 'received' | 'succeeded', atMs: number) {
  const snapshot = { takenAt: new Date(atMs).toISOString(), bootId: 'bench', processes: [] };
  return frame({
    case: 'commandUpdate',
    value: {
      commandId,
      state: state === 'received' ? CommandState.RECEIVED : CommandState.SUCCEEDED,
      payload: state === 'received' ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(snapshot)),
      atMs: BigInt(Math.round(atMs)),
    },
  });
}
