import { expect, test } from 'bun:test';
import {
  boundOf,
  mergeNewest,
  type Placed,
  placeBefore,
  RANKS,
  readCursor,
  UUIDS,
  writeCursor,
} from './place.ts';

const ID = '0198c5a0-0000-7000-8000-000000000000';
const placed = (atUs: number, rank: number, id: string): Placed => ({
  place: { atUs, rank, id },
  entry: { id, at: '', kind: 'state', title: '', detail: '', tone: null, actor: null, link: null },
});

test('IV-1: entries of one moment keep the order of their sources and of each source', () => {
  const events = [placed(20, RANKS.event, 'b'), placed(20, RANKS.event, 'a'), placed(5, RANKS.event, 'c')];
  const audit = [placed(20, RANKS.audit, 'x'), placed(10, RANKS.audit, 'y')];
  expect(mergeNewest([events, audit], 4).map(({ entry }) => entry.id)).toEqual(['x', 'b', 'a', 'y']);
});

test('IV-1: behind a place comes what its source has below it, and of other sources what ranks lower', () => {
  const place = { atUs: 20, rank: RANKS.event, id: ID };
  expect(boundOf(place, RANKS.event, UUIDS)).toEqual({ atUs: 20, id: ID });
  expect(boundOf(place, RANKS.change, UUIDS)).toEqual({ atUs: 20, id: UUIDS.most });
  expect(boundOf(place, RANKS.audit, UUIDS)).toEqual({ atUs: 20, id: UUIDS.least });
  expect(boundOf(placeBefore('2026-01-01T00:00:00Z'), RANKS.change, UUIDS).id).toBe(UUIDS.least);
});

test('IV-1: a cursor that this server did not write is refused', () => {
  const place = { atUs: 20, rank: RANKS.change, id: '7' };
  expect(readCursor(writeCursor(place))).toEqual(place);
  for (const text of ['', 'x', writeCursor({ ...place, id: "7'; drop" }), writeCursor({ ...place, rank: 9 })])
    expect(() => readCursor(text)).toThrow('none of ours');
});
