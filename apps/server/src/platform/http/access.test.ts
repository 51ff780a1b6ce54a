import { expect, test } from 'bun:test';
import { MusterError, type OrgId, type Permission } from '@muster/contracts';
import type { Scope } from '../actor.ts';
import { newId } from '../new-id.ts';
import { denialIn } from './access.ts';
import { problemResponse } from './problem.ts';
import { ANONYMOUS, type Person } from './request-context.ts';

const [here, there] = [newId<OrgId>(), newId<OrgId>()];

function whoMay(limits: readonly (readonly [Permission, Scope])[]): Person {
  return {
    ...ANONYMOUS,
    name: 'Ada',
    permissions: new Set(limits.map(([name]) => name)),
    limits: new Map(limits),
  };
}

async function logOfDenial(actor: Person): Promise<OrgId | null | undefined> {
  const response = problemResponse(new MusterError('forbidden', 'No.'), 'trace');
  return (await denialIn(response, { actor, address: '127.0.0.1', endpoint: 'GET /x' }))?.orgId;
}

test('SE-8: a refusal stands in the log of the one organisation that the person reaches into, else in that of the system', async () => {
  const part = { orgIds: [here], only: { orgIds: [], siteIds: [], groupIds: [] } };
  expect(await logOfDenial(whoMay([['devices:read', { orgIds: [here] }]]))).toBe(here);
  // Different places in the same organisation have nothing whole in common.
  const both = [['devices:read', { orgIds: [here] }] as const, ['commands:read', part] as const];
  expect(await logOfDenial({ ...whoMay(both), scope: { orgIds: [] } })).toBe(here);
  const across = [
    ['devices:read', { orgIds: [here, there] }] as const,
    ['audit:read', { orgIds: [here] }] as const,
  ];
  expect(await logOfDenial({ ...whoMay(across), scope: { orgIds: [here] } })).toBeNull();
  expect(await logOfDenial(whoMay([['devices:read', { orgIds: [here], everywhere: true }]]))).toBeNull();
  expect(await logOfDenial(ANONYMOUS)).toBeNull();
});
