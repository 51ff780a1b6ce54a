import { Finding, type Found } from '../../../inventory/item.ts';
import { addPackage } from '../../../inventory/package-item.ts';
import { numberOf, type RegistryPlace, type RegistryTree, textOf } from './registry-tree.ts';

const UNINSTALL = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
/** The parts of the machine's software hive that hold a person's classes are no profiles. */
const CLASSES = /_Classes$/i;

/** IV-4: what Windows lists under installed programs, of the machine and of each profile that is loaded. */
export function readSoftware(registry: RegistryTree, arch: string): Found {
  const finding = new Finding();
  const seen = new Set<string>();
  const below = (place: RegistryPlace, of: string) => {
    for (const name of registry.keys(place)) {
      const values = registry.values({ ...place, path: `${place.path}\\${name}` });
      const title = textOf(values, 'DisplayName');
      const isPart = numberOf(values, 'SystemComponent') === 1 || textOf(values, 'ParentKeyName') !== null;
      if (title === null || isPart) continue;
      const version = textOf(values, 'DisplayVersion') ?? '';
      const spelled = `${of}\n${title}\n${version}`;
      if (seen.has(spelled)) continue;
      seen.add(spelled);
      const kilobytes = numberOf(values, 'EstimatedSize');
      addPackage(finding, {
        ecosystem: 'windows',
        name: title,
        version,
        arch: of,
        publisher: textOf(values, 'Publisher'),
        installedAt: dayOf(textOf(values, 'InstallDate')),
        sizeBytes: kilobytes === null ? null : kilobytes * 1024,
      });
    }
  };
  below({ path: UNINSTALL, view: 64 }, arch);
  below({ path: UNINSTALL, view: 32 }, 'x86');
  for (const profile of registry.keys({ root: 'users', path: '' }))
    if (!CLASSES.test(profile)) below({ root: 'users', path: `${profile}\\${UNINSTALL}` }, '');
  return finding.found;
}

/** Installers write 20260131. */
function dayOf(text: string | null): string | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text ?? '') ?? [];
  const at = new Date(`${year}-${month}-${day}T00:00:00.000Z`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
