import type { LdapSettings } from '@muster/contracts';
import {
  AndFilter,
  type Client,
  type Entry,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  OrFilter,
} from 'ldapts';
import { liesBelow } from '../domain/distinguished-names.ts';
import { DirectoryRefused } from './open-directory.ts';

/** Somebody as a directory knows them. */
export type DirectoryPerson = {
  readonly dn: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
  /** By the attribute of the entry. */
  readonly memberOf: readonly string[];
};

/** Follows groups inside groups, in Active Directory only. */
const IN_CHAIN = '1.2.840.113556.1.4.1941';
/** These are bytes rather than text. */
const BINARY = /^(objectguid|objectsid)$/i;

/** By what somebody typed, or by what never changes of somebody who is known. */
export type Sought = { readonly login: string } | { readonly subject: string };

/**
 * The one entry that is sought. Filters are built of values, never of text: whatever is typed is compared and
 * nothing in it is a pattern.
 */
export async function findEntry(
  client: Client,
  settings: LdapSettings,
  sought: Sought,
): Promise<DirectoryPerson | undefined> {
  const { subjectAttribute, emailAttribute, nameAttribute, baseDn } = settings;
  const isPerson = new EqualityFilter({ attribute: 'objectClass', value: settings.personClass });
  const filter = new AndFilter({ filters: [isPerson, filterFor(settings, sought)] });
  const { searchEntries } = await client.search(baseDn, {
    scope: 'sub',
    filter,
    sizeLimit: 2,
    timeLimit: Math.ceil(settings.timeoutMs / 1000),
    attributes: [subjectAttribute, emailAttribute, nameAttribute, 'memberOf'],
    explicitBufferAttributes: BINARY.test(subjectAttribute) ? [subjectAttribute] : [],
  });
  const [entry, another] = searchEntries;
  if (another)
    throw new DirectoryRefused('several entries answer to that login; make loginAttributes unambiguous');
  return entry && toPerson(entry, settings);
}

function filterFor({ loginAttributes, subjectAttribute }: LdapSettings, sought: Sought): Filter {
  if ('login' in sought) {
    const typed = loginAttributes.map((attribute) => new EqualityFilter({ attribute, value: sought.login }));
    return new OrFilter({ filters: typed });
  }
  const { subject } = sought;
  const value = BINARY.test(subjectAttribute) ? Buffer.from(subject, 'hex') : subject;
  return new EqualityFilter({ attribute: subjectAttribute, value });
}

function toPerson(entry: Entry, settings: LdapSettings): DirectoryPerson {
  const [subject] = valuesOf(entry, settings.subjectAttribute);
  if (!subject)
    throw new DirectoryRefused(
      `${entry.dn} has no ${settings.subjectAttribute}; choose the attribute that never changes (subjectAttribute)`,
    );
  const [email] = valuesOf(entry, settings.emailAttribute);
  const [name] = valuesOf(entry, settings.nameAttribute);
  return { dn: entry.dn, subject, email, name, memberOf: valuesOf(entry, 'memberOf') };
}

/** Values as text, bytes as hexadecimal; servers write attribute names as they like. */
function valuesOf(entry: Entry, attribute: string): string[] {
  const found = Object.entries(entry).find(([name]) => name.toLowerCase() === attribute.toLowerCase());
  const values = found && found[0] !== 'dn' ? [found[1]].flat() : [];
  return values
    .map((value) => (typeof value === 'string' ? value.trim() : Buffer.from(value).toString('hex')))
    .filter((value) => value !== '');
}

/** Distinguished names of the person's groups that count. */
export async function findGroups(
  client: Client,
  settings: LdapSettings,
  person: DirectoryPerson,
): Promise<string[]> {
  const { by, memberAttribute, nested } = settings.groups;
  const base = settings.groups.baseDn || settings.baseDn;
  if (by === 'memberOf') return person.memberOf.filter((dn) => liesBelow(dn, base));
  const filter = nested
    ? new ExtensibleFilter({ matchType: memberAttribute, rule: IN_CHAIN, value: person.dn })
    : new EqualityFilter({ attribute: memberAttribute, value: person.dn });
  const { searchEntries } = await client.search(base, {
    scope: 'sub',
    filter,
    attributes: ['cn'],
    paged: true,
  });
  return searchEntries.map(({ dn }) => dn);
}
