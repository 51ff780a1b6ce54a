import { describe, expect, test } from 'bun:test';
import { parse } from '@muster/query';
import { inScope, readScope } from './scope.ts';

const SITE = 'site:01890a5d-ac96-774b-bcce-b302099a8057';

describe('the scope of the devices list', () => {
  test('narrows a query to a site or an organisation, alternatives of the query included', () => {
    expect(inScope('', SITE)).toContain('site.id');
    expect(inScope('', SITE.replace('site', 'org'))).toContain('organisation.id');

    const narrowed = inScope('status = online or status = offline', SITE);
    expect(parse(narrowed).ok).toBe(true);
    expect(narrowed).toMatch(/^\(status = online or status = offline\) and site\.id = /);
  });

  test('leaves a query alone that cannot be read, and without a scope', () => {
    expect(inScope('status = (', SITE)).toBe('status = (');
    expect(inScope('status = online', undefined)).toBe('status = online');
  });

  test('is not read from what is no scope', () => {
    expect(readScope(SITE)).toBe(SITE);
    for (const other of ['site:x', 'group:01890a5d-ac96-774b-bcce-b302099a8057', 1, undefined])
      expect(readScope(other)).toBeUndefined();
  });
});
