import { z } from 'zod';
import { ProviderId } from '../../ids/index.ts';
import { demands, open } from '../base.ts';
import { Instant } from '../shapes.ts';
import { NewGrant } from './access.ts';

export const ProviderKind = z.enum(['oidc', 'ldap']);
export type ProviderKind = z.infer<typeof ProviderKind>;

/** This very machine, where nobody reads along: the only place for a connection without TLS. */
function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const WebAddress = z
  .url({ protocol: /^https?$/, abort: true })
  .max(1_000)
  .refine(
    (url) => url.startsWith('https:') || isLoopback(url),
    'must begin with https:// (this machine may do without)',
  )
  .refine((url) => new URL(url).username === '', 'must not carry a name or password');

const HOST_ONLY = 'must be ldaps://HOST or ldap://HOST, with a port where it is not the usual one';
const DirectoryAddress = z
  .url({ protocol: /^ldaps?$/, abort: true, error: HOST_ONLY })
  .max(1_000)
  .refine((url) => {
    const { hostname, pathname, search, username } = new URL(url);
    return hostname !== '' && pathname.length < 2 && search === '' && username === '';
  }, HOST_ONLY);

const Attribute = z.string().regex(/^[a-z][a-z0-9-]{0,60}$/i, 'must be the name of an attribute');
const DistinguishedName = z.string().trim().max(1_000);

/** What both kinds have in common: who gets in for the first time, and whom the server trusts. */
const people = {
  /** Whoever signs in for the first time becomes a person here. */
  createPeople: z.boolean().default(false),
  /** Whoever signs in for the first time may be somebody who is here already, by the same address. */
  linkByEmail: z.boolean().default(false),
  /** PEM of the authorities that sign the provider's certificate; null: those that this machine trusts. */
  certificateAuthority: z
    .string()
    .max(100_000)
    .regex(/-----BEGIN CERTIFICATE-----/, 'must hold certificates as PEM')
    .nullable()
    .default(null),
  timeoutMs: z.number().int().min(500).max(30_000).default(5_000),
};

const OidcSettings = z.object({
  kind: z.literal('oidc'),
  issuer: WebAddress,
  clientId: z.string().trim().min(1).max(500),
  scopes: z
    .string()
    .trim()
    .max(500)
    .regex(/^\S+( \S+)*$/, 'must be scopes with one space between them')
    .refine((scopes) => scopes.split(' ').includes('openid'), 'must name openid')
    .default('openid profile email'),
  /** Claim that lists the groups of a person. */
  groupsClaim: z.string().trim().min(1).max(200).default('groups'),
  /** `amr` with mfa counts as the second factor; otherwise this server asks for its own where it demands one. */
  trustMfa: z.boolean().default(false),
  /** Addresses count as verified although the provider does not say so in `email_verified`. */
  trustEmail: z.boolean().default(false),
  /** Where browsers reach this console; null: by whatever address the person came. */
  consoleUrl: WebAddress.nullable().default(null),
  ...people,
});

const DirectoryGroups = z.object({
  /** By an attribute of the person, or by a search for groups that name the person. */
  by: z.enum(['memberOf', 'search']).default('memberOf'),
  /** Only groups below this count; empty: below the base of people. */
  baseDn: DistinguishedName.default(''),
  memberAttribute: Attribute.default('member'),
  /** Active Directory follows groups inside groups (LDAP_MATCHING_RULE_IN_CHAIN); only with `search`. */
  nested: z.boolean().default(false),
});

const LdapSettings = z
  .object({
    kind: z.literal('ldap'),
    /** Tried in this order; the next one when one does not answer. */
    urls: z.array(DirectoryAddress).min(1).max(8),
    /** For ldap:// addresses; off only for this very machine. */
    startTls: z.boolean().default(true),
    /** Who searches; empty: nobody in particular. The password is the provider's secret. */
    bindDn: DistinguishedName.default(''),
    baseDn: DistinguishedName.min(1),
    /** What people may type to say who they are. */
    loginAttributes: z.array(Attribute).min(1).max(5).default(['mail']),
    personClass: Attribute.default('person'),
    /** What never changes of a person: entryUUID, or objectGUID in Active Directory. */
    subjectAttribute: Attribute.default('entryUUID'),
    emailAttribute: Attribute.default('mail'),
    nameAttribute: Attribute.default('displayName'),
    groups: DirectoryGroups.prefault({}),
    ...people,
  })
  .refine(
    ({ urls, startTls }) => startTls || urls.every((url) => url.startsWith('ldaps:') || isLoopback(url)),
    { path: ['startTls'], message: 'must be on, but for ldaps:// and this very machine' },
  );

/** How a provider is reached and what is read from it. */
export const ProviderSettings = z.discriminatedUnion('kind', [OidcSettings, LdapSettings]);
export type ProviderSettings = z.infer<typeof ProviderSettings>;
export type OidcSettings = z.infer<typeof OidcSettings>;
export type LdapSettings = z.infer<typeof LdapSettings>;

/** Whoever is in the group has the role at the place, from one sign-in to the next. */
export const NewMapping = NewGrant.extend({
  /** As the claim says it; of a directory its common name, or better its distinguished name. */
  group: z.string().trim().min(1).max(1_000),
});
export type NewMapping = z.infer<typeof NewMapping>;

export const Provider = z.object({
  id: ProviderId,
  kind: ProviderKind,
  name: z.string(),
  enabled: z.boolean(),
  settings: ProviderSettings,
  /** The secret itself is never told. */
  hasSecret: z.boolean(),
  mappings: z.array(NewMapping.extend({ roleName: z.string(), placeName: z.string().nullable() })),
  /** People who have signed in by it. */
  people: z.number().int(),
  /** What an OpenID provider must send browsers back to, below the console's address. */
  redirectPath: z.string().nullable(),
  createdAt: Instant,
  etag: z.string(),
});
export type Provider = z.infer<typeof Provider>;

/** Why a sign-in by a provider ended without a session; the console's sign-in page is told it as `problem`. */
export const ProviderProblem = z.enum([
  'provider_refused',
  'provider_unreachable',
  'provider_answer_invalid',
  'sign_in_expired',
  'other_browser',
  'not_invited',
  'address_taken',
  'address_unverified',
  'kept_out',
]);
export type ProviderProblem = z.infer<typeof ProviderProblem>;

const one = z.object({ providerId: ProviderId });
const secret = z.string().min(1).max(4_000);
const text = { name: z.string().trim().min(1).max(200), mappings: z.array(NewMapping).max(200) };

export const providers = {
  list: demands('providers:manage')
    .route({ method: 'GET', path: '/providers', summary: 'List sign-in providers' })
    .output(z.object({ items: z.array(Provider) })),
  create: demands('providers:manage')
    .route({
      method: 'POST',
      path: '/providers',
      summary: 'Add a sign-in provider: OpenID Connect or a directory',
      description:
        'Whoever decides what a provider is can sign in as anybody who uses it: only somebody with every permission everywhere may.',
      successStatus: 201,
    })
    .input(
      z.object({
        ...text,
        enabled: z.boolean().default(true),
        settings: ProviderSettings,
        /** Client secret, or the password of bindDn. */
        secret: secret.nullable().default(null),
        mappings: text.mappings.default([]),
      }),
    )
    .output(Provider),
  update: demands('providers:manage')
    .route({
      method: 'PATCH',
      path: '/providers/{providerId}',
      summary: 'Change a sign-in provider',
      description:
        'Settings and mappings are replaced as a whole. A secret of null is removed, one left out stays.',
    })
    .input(
      one.extend({
        name: text.name.optional(),
        enabled: z.boolean().optional(),
        settings: ProviderSettings.optional(),
        secret: secret.nullable().optional(),
        mappings: text.mappings.optional(),
      }),
    )
    .output(Provider),
  remove: demands('providers:manage')
    .route({
      method: 'DELETE',
      path: '/providers/{providerId}',
      summary: 'Remove a sign-in provider',
      description: 'Its people stay, without the roles that its groups gave them.',
      successStatus: 204,
    })
    .input(one),
  test: demands('providers:manage')
    .route({
      method: 'POST',
      path: '/providers/{providerId}/test',
      summary: 'Try whether a sign-in provider answers as it should',
      description: 'Nobody is signed in. With `login`, a directory is asked who that is.',
    })
    .input(one.extend({ login: z.string().trim().min(1).max(254).optional() }))
    .output(
      z.object({
        ok: z.boolean(),
        /** What was done and found, in order; the last one of a failed test says what to change. */
        steps: z.array(z.object({ ok: z.boolean(), text: z.string() })),
      }),
    ),
};

/** What the sign-in page offers. */
export const signInProviders = {
  list: open('public', 'The sign-in page shows them before anybody is known; only names are told.')
    .route({ method: 'GET', path: '/auth/providers', summary: 'Ways to sign in beside a password' })
    .output(z.object({ items: z.array(z.object({ id: ProviderId, kind: ProviderKind, name: z.string() })) })),
};
