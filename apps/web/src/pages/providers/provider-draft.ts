import type { LdapSettings, NewMapping, OidcSettings, Provider, ProviderKind } from '@muster/contracts';

/** A provider as the form holds it. An empty secret is none for a new provider, and the present one for another. */
export type ProviderDraft = {
  readonly name: string;
  readonly settings: OidcSettings | LdapSettings;
  readonly secret: string;
  readonly mappings: readonly NewMapping[];
};

const PEOPLE = { createPeople: false, linkByEmail: false, certificateAuthority: null, timeoutMs: 5_000 };

const NEW: Readonly<Record<ProviderKind, OidcSettings | LdapSettings>> = {
  oidc: {
    kind: 'oidc',
    issuer: '',
    clientId: '',
    scopes: 'openid profile email',
    groupsClaim: 'groups',
    trustMfa: false,
    trustEmail: false,
    consoleUrl: null,
    ...PEOPLE,
  },
  ldap: {
    kind: 'ldap',
    urls: [],
    startTls: true,
    bindDn: '',
    baseDn: '',
    loginAttributes: ['mail'],
    personClass: 'person',
    subjectAttribute: 'entryUUID',
    emailAttribute: 'mail',
    nameAttribute: 'displayName',
    groups: { by: 'memberOf', baseDn: '', memberAttribute: 'member', nested: false },
    ...PEOPLE,
  },
};

/** What a form begins with: the provider as it is, or the usual settings of the kind. */
export function draftOf(provider: Provider | undefined, kind: ProviderKind): ProviderDraft {
  if (!provider) return { name: '', settings: NEW[kind], secret: '', mappings: [] };
  const mappings = provider.mappings.map(({ group, roleId, orgId, siteId, groupId }) => ({
    ...{ group, roleId, orgId, siteId, groupId },
  }));
  return { name: provider.name, settings: provider.settings, secret: '', mappings };
}

/** The settings that Active Directory needs in place of the usual ones. */
export const ACTIVE_DIRECTORY: Partial<LdapSettings> = {
  personClass: 'user',
  subjectAttribute: 'objectGUID',
  loginAttributes: ['mail', 'userPrincipalName', 'sAMAccountName'],
};
