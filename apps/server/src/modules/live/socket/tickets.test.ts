import { expect, test } from 'bun:test';
import type { SessionId, UserId } from '@muster/contracts';
import { fakeClock } from '../../../platform/clock/testing/fake-clock.ts';
import type { Person } from '../../../platform/http/index.ts';
import { createTickets, TICKET_LIFETIME_MS } from './tickets.ts';

const person: Person = {
  kind: 'person',
  userId: Bun.randomUUIDv7() as UserId,
  sessionId: Bun.randomUUIDv7() as SessionId,
  name: 'Ada',
  address: '127.0.0.1',
  permissions: new Set(),
  scope: { orgIds: [] },
};

test('a ticket is good once', () => {
  const tickets = createTickets(fakeClock());
  const { ticket } = tickets.issue(person);

  expect([tickets.redeem(ticket), tickets.redeem(ticket)]).toEqual([person, undefined]);
});

test('a ticket is worthless after its lifetime, also when somebody sets the wall clock back', () => {
  const clock = fakeClock();
  const tickets = createTickets(clock);
  const { ticket } = tickets.issue(person);

  clock.advance(TICKET_LIFETIME_MS);
  clock.jump(-3_600_000);

  expect(tickets.redeem(ticket)).toBeUndefined();
});
