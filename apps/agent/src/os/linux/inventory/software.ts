import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { Finding, type Found } from '../../../inventory/item.ts';
import { addPackage } from '../../../inventory/package-item.ts';
import { run } from '../../run.ts';
import { readText } from '../proc-file.ts';

/** IV-4: what each package manager of this machine has installed. */
export async function readSoftware(root: string): Promise<Found> {
  const finding = new Finding();
  await finding.part('dpkg', () => readDpkg(root, finding));
  await finding.part('rpm', () => readRpm(root, finding));
  await finding.part('pacman', () => readPacman(root, finding));
  await finding.part('apk', () => readApk(root, finding));
  await finding.part('snap', () => readSnap(root, finding));
  await finding.part('flatpak', () => readFlatpak(root, finding));
  return finding.found;
}

const field = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}: ?(.*)$`, 'm').exec(text)?.[1];

/** dpkg's own file, which is what `dpkg -l` prints. */
function readDpkg(root: string, finding: Finding): void {
  const path = `${root}/var/lib/dpkg/status`;
  if (!existsSync(path)) return;
  for (const entry of readFileSync(path, 'utf8').split('\n\n')) {
    const name = field(entry, 'Package');
    const version = field(entry, 'Version');
    if (!name || !version || !/^Status: \S+ \S+ installed$/m.test(entry)) continue;
    const arch = field(entry, 'Architecture') ?? '';
    const kibibytes = Number(field(entry, 'Installed-Size'));
    addPackage(finding, {
      ecosystem: 'deb',
      name,
      version,
      arch,
      publisher: field(entry, 'Maintainer') ?? null,
      installedAt: changedAt(
        `${root}/var/lib/dpkg/info/${name}.list`,
        `${root}/var/lib/dpkg/info/${name}:${arch}.list`,
      ),
      sizeBytes: kibibytes > 0 ? kibibytes * 1024 : null,
    });
  }
}

/** The list of a package's files is written when it is installed or updated. */
function changedAt(...paths: readonly string[]): string | null {
  for (const path of paths) {
    try {
      return new Date(Math.floor(statSync(path).mtimeMs / 1000) * 1000).toISOString();
    } catch {
      // the other spelling, for packages of several architectures
    }
  }
  return null;
}

const RPM_FORMAT =
  '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{VENDOR}\\t%{INSTALLTIME}\\t%{SIZE}\\n';

const RPM_STORES = ['/usr/lib/sysimage/rpm', '/usr/share/rpm', '/var/lib/rpm'];
/** Of SQLite, of rpm's own store, and of Berkeley DB, newest first. */
const RPM_DATABASES = ['rpmdb.sqlite', 'Packages.db', 'Packages'];

/** The place is always named: rpm as Debian has it would look into the home folder, and make a database there. */
async function readRpm(root: string, finding: Finding): Promise<void> {
  const store = RPM_STORES.find((at) => RPM_DATABASES.some((name) => existsSync(`${root}${at}/${name}`)));
  if (store === undefined) return;
  const output = await run(['rpm', '--root', root || '/', '--dbpath', store, '-qa', '--qf', RPM_FORMAT]);
  if (output === undefined) throw new Error(`${store} lists packages, and there is no rpm to read it`);
  for (const line of output.split('\n')) {
    const [name, epoch, version, arch, vendor, at, size] = line.split('\t');
    if (!name || !version || name === 'gpg-pubkey') continue;
    addPackage(finding, {
      ecosystem: 'rpm',
      name,
      version: epoch && epoch !== '0' ? `${epoch}:${version}` : version,
      arch: arch && arch !== '(none)' ? arch : '',
      publisher: vendor && vendor !== '(none)' ? vendor : null,
      installedAt: Number(at) > 0 ? new Date(Number(at) * 1000).toISOString() : null,
      sizeBytes: Number(size) > 0 ? Number(size) : null,
    });
  }
}

/** One folder a package, with blocks of `%NAME%` and lines. */
function readPacman(root: string, finding: Finding): void {
  const local = `${root}/var/lib/pacman/local`;
  if (!existsSync(local)) return;
  for (const folder of readdirSync(local)) {
    const text = readText(`${local}/${folder}/desc`);
    if (text === undefined) continue;
    const block = (name: string) => new RegExp(`%${name}%\\n(.*)`).exec(text)?.[1];
    const name = block('NAME');
    const version = block('VERSION');
    if (!name || !version) continue;
    addPackage(finding, {
      ecosystem: 'pacman',
      name,
      version,
      arch: block('ARCH') ?? '',
      publisher: block('PACKAGER') ?? null,
      installedAt:
        Number(block('INSTALLDATE')) > 0 ? new Date(Number(block('INSTALLDATE')) * 1000).toISOString() : null,
      sizeBytes: Number(block('SIZE')) || null,
    });
  }
}

/** Alpine's database: paragraphs of `P:name`. */
function readApk(root: string, finding: Finding): void {
  const text = readText(`${root}/lib/apk/db/installed`) ?? readText(`${root}/usr/lib/apk/db/installed`);
  for (const entry of (text ?? '').split('\n\n')) {
    const value = (letter: string) => new RegExp(`^${letter}:(.*)$`, 'm').exec(entry)?.[1];
    const name = value('P');
    const version = value('V');
    if (!name || !version) continue;
    addPackage(finding, {
      ecosystem: 'apk',
      name,
      version,
      arch: value('A') ?? '',
      publisher: value('m') ?? null,
      installedAt: null,
      sizeBytes: Number(value('I')) || null,
    });
  }
}

/** Each snap that is current has its description mounted. */
function readSnap(root: string, finding: Finding): void {
  const folder = `${root}/snap`;
  if (!existsSync(`${root}/var/lib/snapd`) || !existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const text = readText(`${folder}/${name}/current/meta/snap.yaml`);
    const version = text && /^version: *['"]?([^'"\n]+)/m.exec(text)?.[1]?.trim();
    if (!version) continue;
    addPackage(finding, {
      ecosystem: 'snap',
      name,
      version,
      arch: '',
      publisher: null,
      installedAt: changedAt(`${folder}/${name}/current`),
      sizeBytes: null,
    });
  }
}

async function readFlatpak(root: string, finding: Finding): Promise<void> {
  if (root !== '' || !existsSync('/var/lib/flatpak')) return;
  const output = await run(['flatpak', 'list', '--system', '--columns=application,version,arch,origin']);
  for (const line of (output ?? '').split('\n')) {
    const [name, version, arch, origin] = line.split('\t').map((part) => part.trim());
    if (!name) continue;
    addPackage(finding, {
      ecosystem: 'flatpak',
      name,
      version: version || '0',
      arch: arch ?? '',
      publisher: origin || null,
      installedAt: null,
      sizeBytes: null,
    });
  }
}
