import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createQueries } from './modules/devices/query/compile-query.ts';
import { DEVICE_FIELDS } from './modules/devices/query/fields.ts';
import { queryFieldsOf } from './modules/fields/domain/query-fields.ts';
import { INVENTORY_FIELDS } from './modules/inventory/index.ts';
import { MEMBERSHIP_FIELDS } from './modules/membership/index.ts';
import { newId } from './platform/new-id.ts';

const PAGE = readFileSync(join(import.meta.dir, '../../../docs/fleet/query.md'), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/```query\n(.*?)```/gs)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);
const owner = queryFieldsOf([{ orgId: newId(), key: 'owner', title: 'Owner', kind: 'text', choices: [] }]);
const queries = createQueries([...DEVICE_FIELDS, ...INVENTORY_FIELDS, ...MEMBERSHIP_FIELDS, ...owner]);

test('GT-5: every example of the page about queries is one', () => {
  expect(EXAMPLES.length).toBeGreaterThan(25);
  for (const example of EXAMPLES) expect(() => queries.compile(example)).not.toThrow();
});
