import { beforeAll, expect, test } from 'bun:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CommandEnvelopeSchema } from '@muster/contracts/wire';
import fc from 'fast-check';
import { createPair, Signer } from '../testing/signer.ts';
import { CATALOGUE } from './catalogue.gen.ts';
import { readStatements } from './statements.ts';
import { type VerifyContext, verifyEnvelope } from './verify-envelope.ts';

const installationId = 'installation-1';
const deviceId = 'device-1';
const kill = { pid: 5, startToken: '1', bootId: 'b' };
let signer: Signer;
let context: VerifyContext;

async function statementsOf(signed: { body: Uint8Array; signature: Uint8Array }[], root = signer.root) {
  return readStatements({
    installationId,
    rootPublicKey: root.publicKey.toBase64(),
    statements: signed.map(({ body, signature }) => ({
      body: body.toBase64(),
      signature: signature.toBase64(),
    })),
  });
}

beforeAll(async () => {
  signer = await Signer.create(installationId);
  context = {
    installationId,
    deviceId,
    statements: await statementsOf([await signer.statement()]),
    catalogue: CATALOGUE,
    policy: 'control',
    marks: { epoch: 1, floor: 10 },
    serverNowMs: Date.now(),
  };
});

const right = { name: 'process.kill', payloadJson: kill, deviceId, sequence: 12n };
async function codeOf(bytes: Uint8Array, change: Partial<VerifyContext> = {}): Promise<string> {
  const result = await verifyEnvelope(bytes, { ...context, ...change });
  return result.is === 'verified' ? 'verified' : result.code;
}

test('an envelope that a certified key signed for this device is taken, with defaults filled in', async () => {
  const result = await verifyEnvelope(await signer.envelope(right), context);

  expect(result).toMatchObject({ is: 'verified', payload: JSON.stringify({ ...kill, graceMs: 5_000 }) });
});

test("a forged command is refused: a stranger's key, a changed body, no signature, another domain", async () => {
  const genuine = fromBinary(CommandEnvelopeSchema, await signer.envelope(right));
  const other = fromBinary(CommandEnvelopeSchema, await signer.envelope({ ...right, deviceId: 'device-2' }));
  const swapped = toBinary(
    CommandEnvelopeSchema,
    create(CommandEnvelopeSchema, { ...genuine, body: other.body }),
  );
  const unsigned = toBinary(CommandEnvelopeSchema, create(CommandEnvelopeSchema, { body: genuine.body }));
  const statement = await signer.statement();
  const borrowed = create(CommandEnvelopeSchema, {
    body: statement.body,
    signatures: [{ keyId: 'command-1', signature: statement.signature }],
  });

  expect(await codeOf(await signer.envelope(right, await createPair()))).toBe('signature');
  expect(await codeOf(swapped)).toBe('signature');
  expect(await codeOf(unsigned)).toBe('signature');
  expect(await codeOf(toBinary(CommandEnvelopeSchema, borrowed))).toBe('signature');
});

test('every single changed bit of an envelope is refused', async () => {
  const genuine = await signer.envelope(right);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: genuine.length * 8 - 1 }), async (bit) => {
      const changed = genuine.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));

      expect(await codeOf(changed)).not.toBe('verified');
    }),
    { numRuns: 300 },
  );
});

test('a command key that the root key did not certify signs nothing', async () => {
  const impostor = await Signer.create(installationId);

  expect(statementsOf([await impostor.statement()])).rejects.toThrow('root key');
  expect(statementsOf([await signer.statement({ installationId: 'another' })])).rejects.toThrow(
    'another installation',
  );
});

test('a key of a lower epoch than the newest is out of use', async () => {
  const next = await createPair();
  const statements = await statementsOf([
    await signer.statement(),
    await signer.statement({ keyId: 'command-2', publicKey: next.publicKey, epoch: 2 }),
  ]);

  expect(await codeOf(await signer.envelope(right), { statements })).toBe('signature');
});

test('a re-targeted command is refused: another device, another installation', async () => {
  expect(await codeOf(await signer.envelope({ ...right, deviceId: 'device-2' }))).toBe('wrong_device');
  expect(await codeOf(await signer.envelope({ ...right, installationId: 'another' }))).toBe(
    'wrong_installation',
  );
});

test('an expired command is refused in server time, an early one is kept for its time', async () => {
  const deliverByMs = BigInt(context.serverNowMs);

  expect(
    await codeOf(await signer.envelope({ ...right, deliverByMs }), { serverNowMs: context.serverNowMs + 1 }),
  ).toBe('expired');
  expect(
    await codeOf(
      await signer.envelope({
        ...right,
        notBeforeMs: deliverByMs + 60_000n,
        deliverByMs: deliverByMs + 120_000n,
      }),
    ),
  ).toBe('verified');
});

test('what lies below the floor, or comes from before a restore, never runs', async () => {
  expect(await codeOf(await signer.envelope({ ...right, sequence: 9n }))).toBe('replayed');
  expect(await codeOf(await signer.envelope(right), { marks: { epoch: 2, floor: 0 } })).toBe('epoch');
});

test('an unknown name, another version, a level above the policy, a wrong payload: each is told by name', async () => {
  expect(await codeOf(await signer.envelope({ ...right, name: 'disk.erase' }))).toBe('unknown_command');
  expect(await codeOf(await signer.envelope({ ...right, version: 2 }))).toBe('unknown_version');
  expect(await codeOf(await signer.envelope(right), { policy: 'observe' })).toBe('policy');
  expect(
    await codeOf(await signer.envelope({ ...right, name: 'process.list', payloadJson: {} }), {
      policy: 'observe',
    }),
  ).toBe('verified');
  expect(await codeOf(await signer.envelope({ ...right, payloadJson: { ...kill, pid: -1 } }))).toBe(
    'payload',
  );
});

test('garbage is refused without an answer to anybody', async () => {
  expect(await verifyEnvelope(new Uint8Array([1, 2, 3]), context)).toMatchObject({
    commandId: '',
    code: 'malformed',
  });
});
