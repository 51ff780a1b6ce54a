import { expect, test } from 'bun:test';
import { liesBelow, namesGroup } from './distinguished-names.ts';

const GROUPS = 'ou=Groups,dc=example,dc=test';

test('an entry lies below a base whatever case and spaces the directory writes', () => {
  expect(liesBelow('CN=Admins, OU=groups, DC=example,DC=test', GROUPS)).toBe(true);
  expect(liesBelow(GROUPS, GROUPS)).toBe(true);
  expect(liesBelow('cn=admins,ou=elsewhere,dc=example,dc=test', GROUPS)).toBe(false);
});

test('SE-5: a name that only reads like a place below the base is not below it', () => {
  expect(liesBelow('cn=admins\\,ou=Groups,dc=example,dc=test', GROUPS)).toBe(false);
  expect(liesBelow('cn=admins,xou=Groups,dc=example,dc=test', GROUPS)).toBe(false);
  expect(liesBelow('dc=test', GROUPS)).toBe(false);
});

test('SE-5: a mapping names a group by its whole name, or by its common name alone', () => {
  const admins = `cn=Domain Admins,${GROUPS}`;
  expect(namesGroup('domain admins', admins)).toBe(true);
  expect(namesGroup(`CN=domain admins, ${GROUPS}`, admins)).toBe(true);
  expect(namesGroup('cn=domain admins,ou=evil,dc=example,dc=test', admins)).toBe(false);
  expect(namesGroup('admins', admins)).toBe(false);
  expect(namesGroup('admins', 'ou=admins,dc=example,dc=test')).toBe(false);
});
