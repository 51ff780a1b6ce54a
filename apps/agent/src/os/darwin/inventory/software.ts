import { readdirSync, statSync } from 'node:fs';
import { Finding, type Found } from '../../../inventory/item.ts';
import { addPackage } from '../../../inventory/package-item.ts';
import { askProfiler, type MacSource, type Profile, type Profiles, textOf } from './profiler.ts';

const CELLARS = ['/opt/homebrew/Cellar', '/usr/local/Cellar'];

/** What the fields of applications say of processors. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  arch_arm: 'arm64',
  arch_arm_i64: 'universal',
  arch_i64: 'amd64',
  arch_i32_i64: 'amd64',
};

/** IV-4: applications, and what Homebrew has poured. */
export async function readSoftware(source: MacSource): Promise<Found> {
  const finding = new Finding();
  await finding.part('applications', async () =>
    addApplications(await askProfiler(source, ['SPApplicationsDataType']), finding),
  );
  for (const cellar of CELLARS)
    await finding.part('Homebrew', () => readCellar(`${source.root}${cellar}`, finding));
  return finding.found;
}

/** The same application may lie in several places: one item for each version. */
function addApplications(profiles: Profiles, finding: Finding): void {
  const seen = new Set<string>();
  for (const application of profiles('SPApplicationsDataType')) {
    const name = textOf(application, '_name');
    const version = textOf(application, 'version') ?? '';
    const arch = ARCHITECTURES[textOf(application, 'arch_kind') ?? ''] ?? '';
    const spelled = `${name}\n${version}\n${arch}`;
    if (name === null || seen.has(spelled)) continue;
    seen.add(spelled);
    addPackage(finding, {
      ...{ ecosystem: 'macos', name, version, arch },
      publisher: publisherOf(application),
      installedAt: instantOf(textOf(application, 'lastModified')),
      sizeBytes: null,
    });
  }
}

/** Who has signed it: `Developer ID Application: Mozilla Corporation (43AQ936H96)`. */
function publisherOf(application: Profile): string | null {
  if (textOf(application, 'obtained_from') === 'apple') return 'Apple';
  const signers = application.signed_by;
  const first: unknown = Array.isArray(signers) ? signers[0] : undefined;
  const [, developer] = /^[^:]+: (.+?)(?: \(\w+\))?$/.exec(typeof first === 'string' ? first : '') ?? [];
  return developer ?? null;
}

function instantOf(text: string | null): string | null {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** A folder for each formula, and in it one for each version. */
function readCellar(cellar: string, finding: Finding): void {
  for (const name of list(cellar)) {
    for (const version of list(`${cellar}/${name}`)) {
      addPackage(finding, {
        ...{ ecosystem: 'homebrew', name, version, arch: '', publisher: null, sizeBytes: null },
        installedAt: new Date(
          Math.floor(statSync(`${cellar}/${name}/${version}`).mtimeMs / 1000) * 1000,
        ).toISOString(),
      });
    }
  }
}

/** Folders that begin with a point are the system's own. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}
