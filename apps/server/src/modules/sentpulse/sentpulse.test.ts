import { expect, test } from 'bun:test';
import type { RawContext } from '../../platform/http/raw-route.ts';
import { createSentpulse } from './index.ts';

const DEVICE = '01a1febc-9e61-7412-b58c-615a63604355';
const link = { deviceId: DEVICE, lifecycle: 'active' } as never;

/** Calls CheckIn as a foreign client does; `linkOf` is how the registry answers. */
async function checkIn(telemetry: object, linkOf = async () => link) {
  const errors: unknown[] = [];
  const unused = () => Promise.reject(new Error('not part of a check-in'));
  const { routes } = createSentpulse({
    ...{ listDevices: unused, getDevice: unused, getSeries: unused, latest: () => undefined, linkOf },
    telemetry: { checkIn: async () => ({}) as never },
    presence: { beacon: () => undefined },
    now: Date.now,
    onError: (error) => errors.push(error),
  });
  const route = routes.find(({ path }) => path.endsWith('/CheckIn'));
  const request = new Request(`http://localhost${route?.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ agentId: DEVICE, telemetry }),
  });
  const response = await route?.handle(request, { actor: undefined } as RawContext);
  return { status: response?.status, body: (await response?.json()) as { code?: string }, errors };
}

test('HB-3: a share of CPU that is no number is refused, and says what is wrong with it', async () => {
  for (const cpuPercent of ['NaN', 'Infinity', '-Infinity', -5]) {
    const { status, body, errors } = await checkIn({ cpuPercent });
    expect([status, body.code, errors]).toEqual([400, 'invalid_argument', []]);
  }
  expect((await checkIn({ cpuPercent: 1e30 })).status).toBe(200);
});

test('what fails on our side is in the log, as the answer says', async () => {
  const fault = new Error('the registry is broken');

  const { status, errors } = await checkIn({}, () => Promise.reject(fault));

  expect([status, errors]).toEqual([500, [fault]]);
});
