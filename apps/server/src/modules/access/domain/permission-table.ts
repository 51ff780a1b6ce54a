import {
  type Access,
  BUILT_IN_ROLES,
  type BuiltInRoleName,
  contract,
  INSTALLATION_PERMISSIONS,
  PERMISSION_ALIASES,
  PERMISSIONS,
  type Permission,
} from '@muster/contracts';

/** One endpoint of the contract with who may use it. */
export type EndpointRow = {
  /** Its place in the contract: `devices.list`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly access: Access;
};

/** How far a role reaches: with any grant, only with a grant that holds everywhere, or not at all. */
export type Reach = 'yes' | 'everywhere' | 'no';

/** Every endpoint of the contract, in its order. */
export function listEndpoints(part: unknown = contract, path: readonly string[] = []): EndpointRow[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('~orpc' in part) {
    const { meta, route } = (part as Procedure)['~orpc'];
    if (!meta.access || !route.path) throw new Error(`${path.join('.')} does not say who may use it`);
    return [{ name: path.join('.'), method: route.method ?? 'POST', path: route.path, access: meta.access }];
  }
  return Object.entries(part).flatMap(([name, inner]) => listEndpoints(inner, [...path, name]));
}

type Procedure = {
  readonly '~orpc': {
    readonly meta: { readonly access?: Access };
    readonly route: { readonly method?: string; readonly path?: string };
  };
};

/** Whether a built-in role opens what demands `access`. */
export function reachOf(role: BuiltInRoleName, access: Access): Reach {
  if ('open' in access) return 'yes';
  const held: readonly Permission[] = BUILT_IN_ROLES[role].permissions;
  if (!held.includes(access.permission)) return 'no';
  return INSTALLATION_PERMISSIONS.has(access.permission) ? 'everywhere' : 'yes';
}

const ROLES = Object.keys(BUILT_IN_ROLES) as BuiltInRoleName[];
const MARK: Readonly<Record<Reach, string>> = { yes: 'yes', everywhere: 'everywhere', no: '' };

/** docs/reference/permissions.gen.md. */
export function permissionReference(): string {
  const heads = ROLES.map((role) => BUILT_IN_ROLES[role].name);
  const endpoints = listEndpoints().map(({ method, path, access }) => {
    const cells = ROLES.map((role) => MARK[reachOf(role, access)]);
    const nobody = 'open' in access && access.open === 'public' ? 'yes' : '';
    const demands = 'permission' in access ? `\`${access.permission}\`` : `${access.open}: ${access.reason}`;
    return `| \`${method} ${path}\` | ${demands} | ${[...cells, nobody].join(' | ')} |`;
  });
  const permissions = Object.entries(PERMISSIONS).map(([name, describe]) => {
    const access = { permission: name as Permission };
    const aliases = Object.keys(PERMISSION_ALIASES).filter((alias) => PERMISSION_ALIASES[alias] === name);
    const also = aliases.length > 0 ? ` Also \`${aliases.join('`, `')}\`.` : '';
    return `| \`${name}\` | ${describe}${also} | ${ROLES.map((role) => MARK[reachOf(role, access)]).join(' | ')} |`;
  });
  const rule = (columns: number) => `|${'---|'.repeat(columns)}`;
  return `# Permissions

Generated from the contract. A role is had somewhere: everywhere, in an organisation, at a site or in a static group.
\`everywhere\` marks what concerns the whole installation: such a permission counts only where the grant holds everywhere.
A test drives every endpoint below as each role, as another tenant and as nobody, and compares.

| Permission | What it allows | ${heads.join(' | ')} |
${rule(heads.length + 2)}
${permissions.join('\n')}

| Endpoint | Demands | ${heads.join(' | ')} | Nobody |
${rule(heads.length + 3)}
${endpoints.join('\n')}
`;
}
