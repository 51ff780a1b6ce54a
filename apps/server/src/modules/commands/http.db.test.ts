import { afterAll, beforeAll, expect, test } from 'bun:test';
import { COMMANDS } from '@muster/contracts';
import { call } from '@orpc/server';
import type { Person, RequestContext } from '../../platform/http/index.ts';
import { aDevice, aPerson, type LedgerFixture, ledgerFixture } from '../../testing/ledger-fixture.ts';

let fixture: LedgerFixture;
let ada: Person;

beforeAll(async () => {
  fixture = await ledgerFixture();
  ada = aPerson(fixture.orgId);
});
afterAll(() => fixture.close());

const as = (actor: Person): { context: RequestContext } => ({
  context: {
    actor,
    traceId: 'trace',
    address: '127.0.0.1',
    headers: new Headers(),
    secure: false,
    responseHeaders: new Headers(),
  },
});

test('a command runs by the route of its own name, and the same ledger answers list, get and cancel', async () => {
  const { routes } = fixture.commands;
  const { deviceId } = await aDevice(fixture);
  const payload = { pid: 1, startToken: 's', bootId: 'b' };

  const command = await call(routes.run['process.kill'], { deviceId, payload, reason: 'hangs' }, as(ada));
  const page = await call(routes.list, { deviceId, limit: '1' as unknown as number }, as(ada));
  const cancelled = await call(routes.cancel, { commandId: command.id }, as(ada));
  const found = await call(routes.get, { commandId: command.id }, as(ada));

  expect(command).toMatchObject({
    name: 'process.kill',
    state: 'queued',
    reason: 'hangs',
    payload: { graceMs: 5_000 },
  });
  expect(page.items).toEqual([command]);
  expect(cancelled.state).toBe('cancelled');
  expect(found).toEqual(cancelled);
});

test('the catalogue tells of every command what it needs, with the schema of its payload', async () => {
  const { commands } = await call(fixture.commands.routes.catalogue, undefined, as(ada));

  expect(commands.map((command) => command.name).sort()).toEqual(Object.keys(COMMANDS).sort());
  const kill = commands.find((command) => command.name === 'process.kill');
  expect(kill).toMatchObject({ permission: 'processes:kill', level: 'manage', effect: 'at_most_once' });
  expect(kill?.payload).toMatchObject({ type: 'object', required: ['pid', 'startToken', 'bootId'] });
});

test('somebody without the right to read commands reads none', async () => {
  const nobody = as(aPerson(fixture.orgId, []));

  await expect(call(fixture.commands.routes.list, { limit: 5 }, nobody)).rejects.toMatchObject({
    code: 'forbidden',
  });
});
