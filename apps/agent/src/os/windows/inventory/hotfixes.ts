import { Finding, type Found } from '../../../inventory/item.ts';
import { instantOf, numberOf, type RegistryTree, textOf } from './registry-tree.ts';

const PACKAGES = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages';
const HOTFIX = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\HotFix';
/** CurrentState of a package that is installed. */
const INSTALLED = 0x70;

/** IV-8: updates that the servicing stack holds for installed; one may come as several packages. */
export function readHotfixes(registry: RegistryTree): Found {
  const finding = new Finding();
  const newest = new Map<string, string | null>();
  for (const name of registry.keys({ path: PACKAGES })) {
    const values = registry.values({ path: `${PACKAGES}\\${name}` });
    const number = /KB\d{5,8}/i.exec(`${name} ${textOf(values, 'InstallLocation') ?? ''}`)?.[0].toUpperCase();
    if (!number || numberOf(values, 'CurrentState') !== INSTALLED) continue;
    const high = BigInt(numberOf(values, 'InstallTimeHigh') ?? 0);
    const at = instantOf((high << 32n) | BigInt(numberOf(values, 'InstallTimeLow') ?? 0));
    const known = newest.get(number) ?? null;
    newest.set(number, at !== null && (known === null || at > known) ? at : known);
  }
  for (const name of registry.keys({ path: HOTFIX })) {
    const number = /^KB\d{5,8}$/i.exec(name)?.[0].toUpperCase();
    if (number && !newest.has(number)) newest.set(number, null);
  }
  for (const [number, installedAt] of newest)
    finding.add('hotfix', number, { title: null, installedAt, installedBy: null });
  return finding.found;
}
