import {
  type Client,
  InappropriateAuthError,
  InvalidCredentialsError,
  UnwillingToPerformError,
} from 'ldapts';
import { type DirectoryPerson, findEntry, findGroups, type Sought } from './find-entry.ts';
import { bindSearcher, type Directory, withDirectory } from './open-directory.ts';

/** A person whose password the directory took, with their groups. */
export type ProvenPerson = DirectoryPerson & { readonly groups: readonly string[] };

export type Asked = {
  readonly who: Sought;
  readonly password: string;
  readonly isOnlyForShow: boolean;
};

/**
 * Asks the directory who that is and whether the password is theirs; undefined for either half. Whoever is not found
 * costs the same questions. With `isOnlyForShow` nobody is let in: an account of our own failed, and that must not be
 * told from the time it took.
 */
export async function verifyPassword(directory: Directory, asked: Asked): Promise<ProvenPerson | undefined> {
  const { who, password, isOnlyForShow } = asked;
  // A bind without a password is an anonymous one, and succeeds for whomever it names.
  if (password === '') return undefined;
  const { settings } = directory;
  return withDirectory(directory, async (client) => {
    const person = await findEntry(client, settings, who);
    if (!person || isOnlyForShow) {
      await bindAs(client, `cn=${crypto.randomUUID()},${settings.baseDn}`, crypto.randomUUID());
      return undefined;
    }
    if (!(await bindAs(client, person.dn, password))) return undefined;
    await bindSearcher(client, directory);
    return { ...person, groups: await findGroups(client, settings, person) };
  });
}

/** How directories say no to a person: wrong password, none at all, locked or expired. */
const NOT_LET_IN = [InvalidCredentialsError, InappropriateAuthError, UnwillingToPerformError];

async function bindAs(client: Client, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (NOT_LET_IN.some((kind) => error instanceof kind)) return false;
    throw error;
  }
}
