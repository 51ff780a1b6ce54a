import { Finding, type Found } from '../../../inventory/item.ts';
import type { LocalAccount } from '../tables/account-table.ts';
import type { SignedIn } from '../tables/session-table.ts';
import { listProfiles, type Profile } from './profiles.ts';
import type { RegistryTree } from './registry-tree.ts';

/** What Windows is asked for; each throws when it refuses. */
export type UserSource = {
  readonly registry: RegistryTree;
  readonly machineName: string;
  accounts(): readonly LocalAccount[];
  sessions(): readonly SignedIn[];
  findAccount(sid: string): { readonly domain: string; readonly name: string } | undefined;
};

type Account = {
  fullName: string | null;
  id: string | null;
  administrator: boolean | null;
  enabled: boolean | null;
  home: string | null;
  shell: null;
  lastSignInAt: string | null;
};

/** The accounts of this machine, those of a domain that have a profile here, and who is signed in. */
export async function readUsers(source: UserSource): Promise<Found> {
  const finding = new Finding();
  const accounts = new Map<string, Account & { name: string }>();
  await finding.part('accounts', () => {
    for (const one of source.accounts())
      accounts.set(one.name.toLowerCase(), {
        name: one.name,
        fullName: one.fullName || null,
        id: null,
        administrator: one.administrator,
        enabled: one.enabled,
        home: null,
        shell: null,
        lastSignInAt: one.lastSignInMs > 0 ? new Date(one.lastSignInMs).toISOString() : null,
      });
  });
  await finding.part('profiles', () => {
    for (const one of listProfiles(source.registry)) {
      const profile = nameProfile(source, one);
      const known = accounts.get(profile.name.toLowerCase());
      const lastSignInAt = later(known?.lastSignInAt ?? null, profile.lastSignInAt);
      accounts.set(profile.name.toLowerCase(), {
        ...{ fullName: null, administrator: null, enabled: null, shell: null, ...known },
        ...{ ...profile, lastSignInAt },
      });
    }
  });
  for (const { name, ...fields } of accounts.values()) finding.add('account', name, fields);
  await finding.part('sessions', () => {
    for (const { account, domain, terminal, sinceMs } of source.sessions()) {
      const name = nameOf(source, domain, account);
      finding.add('session', `${name} ${terminal}`.trim(), {
        account: name,
        terminal: terminal || null,
        from: null,
        since: sinceMs > 0 ? new Date(sinceMs).toISOString() : null,
      });
    }
  });
  return finding.found;
}

/** The folder is named after those whom nobody knows any more. */
function nameProfile(source: UserSource, { sid, home, lastSignInAt }: Profile) {
  const found = source.findAccount(sid);
  const name = found ? nameOf(source, found.domain, found.name) : (home?.split('\\').at(-1) ?? sid);
  return { name, id: sid, home, lastSignInAt };
}

/** With the domain, where that is not this machine. */
function nameOf({ machineName }: UserSource, domain: string, name: string): string {
  return domain === '' || domain.toLowerCase() === machineName.toLowerCase() ? name : `${domain}\\${name}`;
}

function later(one: string | null, other: string | null): string | null {
  return one !== null && (other === null || one > other) ? one : other;
}
