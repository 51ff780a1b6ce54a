import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { CommandId, DeviceId, type OrgId } from '@muster/contracts';
import { SQL } from 'bun';
import { sql } from 'drizzle-orm';
import type { NewEvent, SequencedEvent } from '../../platform/bus/event-port.ts';
import { type TestDatabase, testDatabase } from '../../platform/db/testing.ts';
import { newId } from '../../platform/new-id.ts';
import { until } from '../../testing/ledger-fixture.ts';
import {
  dropOldEventPartition,
  EVENT_RETENTION_DAYS,
  makeEventPartitions,
  sequenceBatch,
} from './db/sequencing.ts';
import { createEvents, type Events } from './index.ts';

let fixture: TestDatabase;
const orgId = newId<OrgId>();
const scope = { orgIds: [orgId] };
const running: Events[] = [];
const reported: string[] = [];

beforeAll(async () => {
  fixture = await testDatabase([1, 5]);
});
afterEach(async () => {
  expect(reported.splice(0)).toEqual([]);
  await Promise.all(running.splice(0).map((events) => events.stop()));
  await fixture.database.system('test', (tx) => tx.execute(sql`delete from event_outbox`));
});
afterAll(() => fixture.drop());

/** Until a durable subscriber is known: from then on it misses nothing. */
const hasCursor = (name: string) =>
  until(async () => (await read(sql`select from event_cursors where name = ${name}`)).length > 0);

function aNode(now?: () => Date): Events {
  const events = createEvents({
    database: fixture.database,
    onError: (error, part) => reported.push(`${part}: ${error}`),
    ...(now ? { now } : {}),
  });
  running.push(events);
  return events;
}

function anEvent(name: string): NewEvent {
  const commandId = CommandId.parse(newId());
  return {
    type: 'command.ended',
    orgId,
    subjectId: commandId,
    payload: { commandId, name, state: 'succeeded', deviceId: DeviceId.parse(newId()) },
  };
}

const append = (events: Events, ...names: string[]) =>
  fixture.database.transaction(scope, (tx) => events.appendMany(tx, names.map(anEvent)));

const nameOf = (event: SequencedEvent) => (event.type === 'command.ended' ? event.payload.name : '');

const read = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>) =>
  (await fixture.database.system('test', (tx) => tx.execute<Row>(query))).rows;

/** A subscriber that is at the present when this resolves. */
async function collect(events: Events): Promise<SequencedEvent[]> {
  const seen: SequencedEvent[] = [];
  const [head] = await read<{ position: string }>(sql`select position from event_sequencer`);
  events.feed.subscribe('test', ['command.ended'], (batch) => {
    seen.push(...batch);
  });
  await until(() => events.feed.position() >= BigInt(head?.position ?? 0));
  return seen;
}

test('IN-1: an event appended in a transaction reaches a subscriber at its commit, without a scan', async () => {
  const events = aNode();
  events.start();
  const seen = await collect(events);

  // One by one, so that scans, of which each would wait for one, would outlast the test's time: it allows for ten a second.
  const names = Array.from({ length: 150 }, (_, at) => `event ${at}`);
  for (const [at, name] of names.entries()) {
    await append(events, name);
    events.committed();
    await until(() => seen.length === at + 1);
  }

  expect(seen.map(nameOf)).toEqual(names);
  expect(seen[0]?.position).toBeGreaterThan(0n);
}, 100_000);

test('IN-1: nobody hears of a change that was rolled back', async () => {
  const events = aNode();
  events.start();
  const seen = await collect(events);

  const failing = fixture.database.transaction(scope, async (tx) => {
    await events.append(tx, anEvent('undone'));
    throw new Error('on purpose');
  });
  await expect(failing).rejects.toThrow('on purpose');
  await append(events, 'done');
  events.committed();
  await until(() => seen.length > 0);

  expect(seen.map(nameOf)).toEqual(['done']);
});

test('a payload that the catalogue does not know is refused with its whole transaction', async () => {
  const events = aNode();
  const bad = { ...anEvent('bad'), payload: { commandId: 'no id' } } as unknown as NewEvent;

  const failing = fixture.database.transaction(scope, (tx) => events.append(tx, bad));

  await expect(failing).rejects.toMatchObject({ code: 'invalid_input' });
});

test('a transaction can not append an event of an organisation outside its scope', async () => {
  const events = aNode();

  const failing = fixture.database.transaction({ orgIds: [newId<OrgId>()] }, (tx) =>
    events.append(tx, anEvent('foreign')),
  );

  await expect(failing).rejects.toThrow();
});

test('IN-1: under many writers with late commits and rollbacks every committed event is seen once, in order', async () => {
  const events = aNode();
  events.start();
  const seen = await collect(events);
  const durable: SequencedEvent[] = [];
  events.feed.follow('test-durable', ['command.ended'], async (_tx, batch) => {
    durable.push(...batch);
  });
  await hasCursor('test-durable');

  const committed: string[] = [];
  const random = seeded(7);
  await Promise.all(
    Array.from({ length: 24 }, async (_, writer) => {
      for (let round = 0; round < 25; round++) {
        const names = Array.from(
          { length: 1 + Math.floor(random() * 3) },
          (_, n) => `${writer}-${round}-${n}`,
        );
        const delayMs = random() < 0.3 ? random() * 40 : 0;
        const rollsBack = random() < 0.2;
        await fixture.database
          .transaction(scope, async (tx) => {
            await events.appendMany(tx, names.map(anEvent));
            await Bun.sleep(delayMs);
            if (rollsBack) throw new Error('on purpose');
          })
          .then(
            () => committed.push(...names),
            () => undefined,
          );
        events.committed();
      }
    }),
  );
  await until(() => seen.length >= committed.length && durable.length >= committed.length);
  await Bun.sleep(50); // in which nothing comes twice

  expect(seen.map(nameOf).sort()).toEqual([...committed].sort());
  const positions = seen.map((event) => event.position);
  expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
  expect((positions.at(-1) ?? 0n) - (positions[0] ?? 0n)).toBe(BigInt(positions.length - 1));
  expect(durable.map((event) => event.position)).toEqual(positions);
  for (let writer = 0; writer < 24; writer++) {
    const mine = (names: string[]) => names.filter((name) => name.startsWith(`${writer}-`));
    expect(mine(seen.map(nameOf))).toEqual(mine(committed));
  }
}, 120_000);

test('when the sequencer dies with its lease, another node takes over and nothing is lost', async () => {
  const first = aNode();
  first.start();
  const second = aNode();
  const seen = await collect(second);
  await append(first, 'before');
  first.committed();
  await until(() => seen.length === 1);
  second.start();

  // Killed: it neither works on nor gives the lease back; its lease is what a dead process leaves behind.
  await first.stop();
  await read(
    sql`update event_sequencer set holder = 'dead', lease_until = clock_timestamp() + interval '1500 ms'`,
  );
  await append(second, 'meanwhile', 'still');
  second.committed();
  await Bun.sleep(300);
  const meanwhile = seen.length;
  // On a machine that stood still for longer the lease has run out by now, and nothing can be said.
  const [lease] = await read(
    sql`select from event_sequencer where holder = 'dead' and lease_until > clock_timestamp()`,
  );
  if (lease) expect(meanwhile).toBe(1);
  await until(() => seen.length === 3);

  expect(seen.map(nameOf)).toEqual(['before', 'meanwhile', 'still']);
});

test('a sequencer that is killed in the middle of a batch leaves the events in the outbox', async () => {
  const events = aNode();
  await append(events, 'one', 'two');
  await fixture.database.system('test', (tx) => makeEventPartitions(tx));
  const killed = fixture.database.system('test', async (tx) => {
    expect(await sequenceBatch(tx, 10)).toBe(2);
    throw new Error('killed');
  });
  await expect(killed).rejects.toThrow('killed');

  const seen = await collect(events);
  events.start();
  await until(() => seen.length === 2);

  expect(seen.map(nameOf)).toEqual(['one', 'two']);
});

test('IN-1: a durable subscriber continues where it was, and its rows commit with its cursor', async () => {
  const events = aNode();
  events.start();
  const handled: string[] = [];
  let failures = 1;
  const follow = () =>
    events.feed.follow('billing', ['command.ended'], async (tx, batch) => {
      await tx.execute(
        sql`insert into settings (key, value) values (${`seen ${nameOf(batch[0] as SequencedEvent)}`}, '1')`,
      );
      if (failures-- > 0) throw new Error('on purpose');
      handled.push(...batch.map(nameOf));
    });
  const quiet = createEvents({ database: fixture.database, onError: () => undefined });
  running.push(quiet);
  const end = quiet.feed.follow('billing', ['command.ended'], async () => undefined);
  await hasCursor('billing');
  end();
  await append(events, 'kept while away');
  events.committed();
  await until(async () => (await read(sql`select from event_outbox`)).length === 0);

  const stop = follow();
  await until(
    async () => (await read(sql`select from settings where key = 'seen kept while away'`)).length === 1,
  );
  stop();

  expect(reported.splice(0)).toEqual(['billing: Error: on purpose']);
  expect(handled).toEqual(['kept while away']);
});

test('a month that retention has passed is dropped, one at a time; younger ones are kept', async () => {
  const now = new Date('2001-06-15T00:00:00Z');
  const drop = () => fixture.database.system('test', (tx) => dropOldEventPartition(tx, now));
  await fixture.database.system('test', async (tx) => {
    await makeEventPartitions(tx, new Date('2000-01-10T00:00:00Z'));
    await makeEventPartitions(tx, new Date('2000-06-15T00:00:00Z'));
  });

  const dropped = [await drop(), await drop(), await drop(), await drop()];

  expect(EVENT_RETENTION_DAYS).toBe(400);
  expect(dropped).toEqual([['event_log_200001'], ['event_log_200002'], [], []]);
});

test('a lease from a time when the clock was years ahead keeps nobody from working', async () => {
  await fixture.database.system('test', (tx) =>
    tx.execute(sql`update event_sequencer set holder = 'dead', lease_until = now() + interval '3 years'`),
  );
  const events = aNode();
  const seen = await collect(events);
  events.start();
  await append(events, 'after the jump');
  events.committed();

  await until(() => seen.length === 1);
});

test('people read the log of their own organisations only', async () => {
  const events = aNode();
  events.start();
  const seen = await collect(events);
  await append(events, 'private');
  events.committed();
  await until(() => seen.length === 1);
  const count = sql`select count(*)::int as n from event_log where type = 'command.ended'`;

  const own = await fixture.database.transaction(scope, (tx) => tx.execute<{ n: number }>(count));
  const other = await fixture.database.transaction({ orgIds: [newId<OrgId>()] }, (tx) =>
    tx.execute<{ n: number }>(count),
  );

  expect(own.rows[0]?.n).toBeGreaterThan(0);
  expect(other.rows[0]?.n).toBe(0);
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test('an upkeep that fails keeps no event waiting, and is told of once', async () => {
  const owner = new SQL(fixture.url, { max: 1 });
  await owner`revoke execute on function muster.drop_event_partitions from muster_system`;
  try {
    const node = aNode();
    node.start();
    await append(node, 'one');
    const waiting = async () => {
      const { rows } = await fixture.database.system('test', (tx) =>
        tx.execute(sql`select from event_outbox`),
      );
      return rows.length;
    };
    await until(async () => (await waiting()) === 0);
    await append(node, 'two');
    await until(async () => (await waiting()) === 0);
    expect(reported.splice(0)).toEqual([expect.stringContaining('event sequencer')]);
  } finally {
    await owner`grant execute on function muster.drop_event_partitions to muster_system`;
    await owner.close();
  }
});
