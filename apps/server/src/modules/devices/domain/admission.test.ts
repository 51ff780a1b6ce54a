import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { BOOTS_KEPT, type Boot, decideAdmission, type KnownDevice } from './admission.ts';
import {
  createDeviceToken,
  DEVICE_TOKEN_ROTATION_MS,
  hashDeviceToken,
  judgeDeviceToken,
} from './device-token.ts';

const aDevice = (part: Partial<KnownDevice> = {}): KnownDevice => ({
  installationId: 'here',
  lifecycle: 'active',
  boots: [],
  ...part,
});
const boots = (...ids: string[]): Boot[] => ids.map((id) => ({ id, isClone: false }));
const says = (bootId: string) => ({ installationId: 'here', protocol: 1, bootId });

/** Lets boots speak one after the other and tells who was admitted. */
function speak(order: readonly string[]): { admitted: boolean[]; boots: readonly Boot[] } {
  let known: readonly Boot[] = [];
  const admitted = order.map((bootId) => {
    const decision = decideAdmission(aDevice({ boots: known }), says(bootId));
    if (decision.admit) known = decision.boots;
    return decision.admit;
  });
  return { admitted, boots: known };
}

test('EN-2: a clone is noticed when an older boot speaks after a newer one, and the newcomer is refused', () => {
  const { admitted } = speak(['original', 'copy', 'original', 'copy', 'original', 'copy']);

  expect(admitted).toEqual([true, true, true, false, true, false]);
});

test('a clone that reboots before it took an identity of its own is found out again', () => {
  const { admitted } = speak([
    'original',
    'copy',
    'original',
    'copy-again',
    'original',
    'copy-again',
    'copy',
  ]);

  expect(admitted).toEqual([true, true, true, true, true, false, false]);
});

test('a machine that only ever reboots is never taken for a clone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 60 }), (hellosPerBoot) => {
      const order = hellosPerBoot.flatMap((times, boot) => Array<string>(times).fill(`boot-${boot}`));
      const spoken = speak(order);
      expect(spoken.admitted.every(Boolean)).toBe(true);
      expect(spoken.boots.length).toBeLessThanOrEqual(BOOTS_KEPT);
    }),
  );
});

test('the machine that had the identity first keeps it, whatever two machines do in turn', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (turns) => {
      const { admitted } = speak(['original', ...turns.map((isCopy) => (isCopy ? 'copy' : 'original'))]);
      turns.forEach((isCopy, at) => {
        if (!isCopy) expect(admitted[at + 1]).toBe(true);
      });
    }),
  );
});

test('revoked and retired devices are told to stay away, suspended ones to come back later, pending ones are let in', () => {
  const outcome = (lifecycle: KnownDevice['lifecycle']) => {
    const decision = decideAdmission(aDevice({ lifecycle, boots: boots('a') }), says('a'));
    return decision.admit ? 'admitted' : `${decision.code} ${decision.retryAfterMs}`;
  };

  expect(
    ['pending', 'active', 'suspended', 'revoked', 'retired'].map((one) => outcome(one as 'active')),
  ).toEqual(['admitted', 'admitted', 'suspended 60000', 'revoked 0', 'revoked 0']);
});

test('a device of another installation and an agent that speaks too old a protocol are told so', () => {
  const foreign = decideAdmission(aDevice(), { ...says('a'), installationId: 'elsewhere' });
  const old = decideAdmission(aDevice(), { ...says('a'), protocol: 0 });

  expect(foreign).toMatchObject({ admit: false, code: 'wrong_installation' });
  expect(old).toMatchObject({ admit: false, code: 'protocol_too_old' });
});

test('EN-3: a device token rotates every 24 hours, an outdated one refuses nobody and a wrong one is told apart', () => {
  const [older, newer] = [createDeviceToken(), createDeviceToken()];
  const rotatedAt = new Date('2026-01-01T00:00:00Z');
  const stored = { hash: hashDeviceToken(newer), previousHash: hashDeviceToken(older), rotatedAt };
  const after = (ms: number) => new Date(rotatedAt.getTime() + ms);

  expect(judgeDeviceToken(stored, newer, after(DEVICE_TOKEN_ROTATION_MS - 1))).toEqual({
    verdict: 'current',
    rotate: false,
  });
  expect(judgeDeviceToken(stored, newer, after(DEVICE_TOKEN_ROTATION_MS)).rotate).toBe(true);
  expect(judgeDeviceToken(stored, older, after(1))).toEqual({ verdict: 'outdated', rotate: true });
  expect(judgeDeviceToken(stored, 'msd_guess', after(1)).verdict).toBe('wrong');
  expect(judgeDeviceToken(stored, '', after(1)).verdict).toBe('wrong');
});
