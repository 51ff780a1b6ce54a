import type { UserId } from '@muster/contracts';
import type { UserRow } from '../../db/users.ts';
import { directoriesOf } from '../db/identity-rows.ts';
import { listEnabled, type ProviderRow } from '../db/provider-rows.ts';
import { namesGroup } from '../domain/distinguished-names.ts';
import { type Directory, DirectoryAway } from '../ldap/open-directory.ts';
import { type Asked, type ProvenPerson, verifyPassword } from '../ldap/verify-password.ts';
import type { ProvidersDeps } from '../providers-deps.ts';
import { admitPerson, type Vouched } from './admit-person.ts';

/** What was typed, and whose address it is here. */
export type TypedPassword = {
  readonly login: string;
  readonly password: string;
  readonly user: UserRow | undefined;
};

/** Wrong, or a directory that might know better did not answer: a failed attempt as well. */
export type Unproven = 'wrong' | 'away';

/** Who proved to be who, and by what. */
export type ProvenPassword = { readonly user: UserRow; readonly method: 'password' | 'ldap' };

/**
 * Who that is, by our own hash or by a directory. An account with a password of ours is
 * never looked for in a directory, one that is linked to a directory is looked for there alone. Every failure takes the
 * same work: one hash and one round through the directories.
 */
export async function provePassword(
  deps: ProvidersDeps & { readonly nobodysHash: Promise<string> },
  typed: TypedPassword,
): Promise<ProvenPassword | Unproven> {
  const { user, password } = typed;
  const linked = user ? await linksOf(deps, user) : [];
  const hash = linked.length === 0 ? user?.passwordHash : null;
  const isRight = await Bun.password.verify(password, hash ?? (await deps.nobodysHash));
  if (user && hash && isRight) return { user, method: 'password' };
  const directories = await deps.database.system('sign-in', (tx) => listEnabled(tx, 'ldap'));
  let isAway = false;
  for (const provider of directories) {
    const subject = linked.find(({ id }) => id === provider.id)?.subject;
    if (linked.length > 0 && !subject) continue;
    const who = subject === undefined ? { login: typed.login } : { subject };
    const found = await askDirectory(deps, provider, { who, password, isOnlyForShow: Boolean(hash) });
    if (found === 'away') isAway = true;
    else if (found) return { user: found, method: 'ldap' };
  }
  return isAway ? 'away' : 'wrong';
}

function linksOf({ database }: ProvidersDeps, user: UserRow): ReturnType<typeof directoriesOf> {
  return database.system('sign-in', (tx) => directoriesOf(tx, user.id as UserId));
}

async function askDirectory(
  deps: ProvidersDeps,
  provider: ProviderRow,
  asked: Asked,
): Promise<UserRow | 'away' | undefined> {
  try {
    const directory = await openFor(deps, provider);
    if (!directory) return undefined;
    const person = await verifyPassword(directory, asked);
    if (!person) return undefined;
    return await deps.database.system('sign-in', (tx) => admitPerson(deps, tx, provider, vouchedFor(person)));
  } catch (error) {
    deps.onError(error, `sign-in by ${provider.name}`);
    return error instanceof DirectoryAway ? 'away' : undefined;
  }
}

/** How to reach a provider that is a directory. */
async function openFor(
  { database, vault, order }: ProvidersDeps,
  { settings, secretId }: Pick<ProviderRow, 'settings' | 'secretId'>,
): Promise<Directory | undefined> {
  if (settings.kind !== 'ldap') return undefined;
  const password = secretId ? await database.system('sign-in', (tx) => vault.read(tx, secretId)) : '';
  return { settings, password, order };
}

/** A directory is its organisation's own word: what it has as an address is one. */
function vouchedFor(person: ProvenPerson): Vouched {
  const { subject, email, name, groups } = person;
  return {
    subject,
    email,
    isEmailVerified: true,
    name,
    isIn: (group) => groups.some((dn) => namesGroup(group, dn)),
  };
}
