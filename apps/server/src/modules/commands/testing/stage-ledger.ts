import { afterAll, afterEach, beforeAll, expect } from 'bun:test';
import type { CommandId } from '@muster/contracts';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import {
  aDevice,
  aPerson,
  type LedgerFixture,
  ledgerFixture,
  type Person,
} from '../../../testing/ledger-fixture.ts';
import type { SequencedEvent } from '../../events/index.ts';

/** What `process.list` answers, of a machine without processes. */
export const LISTING = { takenAt: '2026-01-01T00:00:00.000Z', bootId: 'b', processes: [] };

/** A ledger for the tests of the calling file, an administrator, and the ends that it told of; each test must leave no error. */
export function stageLedger() {
  let fixture: LedgerFixture;
  let ada: Person;
  const ended: SequencedEvent[] = [];
  beforeAll(async () => {
    fixture = await ledgerFixture();
    ada = aPerson(fixture.orgId);
    fixture.events.feed.subscribe('test', ['command.ended'], (events) => void ended.push(...events));
  });
  afterEach(() => expect(fixture.errors.splice(0)).toEqual([]));
  afterAll(() => fixture.close());
  return {
    get fixture() {
      return fixture;
    },
    get commands() {
      return fixture.commands;
    },
    get node() {
      return fixture.node;
    },
    get ada() {
      return ada;
    },
    list: (link: DeviceLink, more: { deliverWithinMs?: number; reason?: string } = {}) =>
      fixture.commands.run(ada, { deviceId: link.deviceId, name: 'process.list', payload: {}, ...more }),
    stateOf: async (commandId: CommandId) => (await fixture.commands.get(ada, { commandId })).state,
    endsOf: (commandId: CommandId) => ended.filter((event) => event.subjectId === commandId),
    async aConnectedDevice(): Promise<DeviceLink> {
      const link = await aDevice(fixture);
      fixture.node.connect(link.deviceId);
      return link;
    },
  };
}
