import { instantOf, numberOf, type RegistryTree, textOf } from './registry-tree.ts';

const CURRENT_VERSION = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const PROFILES = `${CURRENT_VERSION}\\ProfileList`;
/** People, of this machine or a domain, and of Entra; the others are the system's own. */
const PEOPLE = /^S-1-(5-21|12-1)-/;

/** A person who has signed in here at least once. */
export type Profile = {
  readonly sid: string;
  readonly home: string | null;
  readonly lastSignInAt: string | null;
};

/** Everybody who has a folder of their own here, wherever it lies. */
export function listProfiles(registry: RegistryTree): Profile[] {
  const system = textOf(registry.values({ path: CURRENT_VERSION }), 'SystemRoot') ?? 'C:\\Windows';
  return registry
    .keys({ path: PROFILES })
    .filter((sid) => PEOPLE.test(sid))
    .map((sid) => {
      const values = registry.values({ path: `${PROFILES}\\${sid}` });
      const high = BigInt(numberOf(values, 'LocalProfileLoadTimeHigh') ?? 0);
      const low = BigInt(numberOf(values, 'LocalProfileLoadTimeLow') ?? 0);
      const home = textOf(values, 'ProfileImagePath');
      return {
        sid,
        home: home?.replace(/^%SystemDrive%/i, () => system.slice(0, 2)) ?? null,
        lastSignInAt: instantOf((high << 32n) | low),
      };
    });
}
