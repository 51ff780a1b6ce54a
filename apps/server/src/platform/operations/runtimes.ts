import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Bun runtimes for other systems, onto which agents are compiled. They come from the npm registry, never with
 * the first start: only when somebody adds the first device of such a system. What is believed is the digest
 * pinned below, not the registry: a package that differs is thrown away.
 */
export const RUNTIME_TARGETS = Object.freeze([
  'linux-x64',
  'linux-aarch64',
  'windows-x64',
  'darwin-x64',
  'darwin-aarch64',
] as const);

/** A system and processor that agents are built for, as Bun names it. */
export type RuntimeTarget = (typeof RUNTIME_TARGETS)[number];

/** Which runtime, which version, and where it is kept. */
export interface RuntimeRequest {
  /** Folder in which runtimes are kept; made when missing. */
  readonly cacheDir: string;
  readonly target: RuntimeTarget;
  /** Exact version, which must be one of the pinned ones. */
  readonly version: string;
}

/** Runtimes that cannot be had: an unpinned version, no registry, or a package that is not the pinned one. */
class RuntimeUnavailable extends Error {
  override readonly name = 'RuntimeUnavailable';
}

/** `dist.integrity` of every package, as the registry published it when the version was pinned. */
const PINNED: Readonly<Record<string, Readonly<Record<RuntimeTarget, string>>>> = Object.freeze({
  '1.4.5': {
    'linux-x64':
      'sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==',
    'linux-aarch64':
      'sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
    'windows-x64':
      'sha512-FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==',
    'darwin-x64':
      'sha512-qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==',
    'darwin-aarch64':
      'sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==',
  },
});

/** The integrity value that a runtime's package must have. Throws `RuntimeUnavailable` for an unpinned one. */
export function pinnedIntegrity(target: RuntimeTarget, version: string): string {
  const integrity = PINNED[version]?.[target];
  if (integrity === undefined) throw new RuntimeUnavailable(`Bun ${version} for ${target} is not pinned`);
  return integrity;
}

/** Compares a package with an integrity value of the form `sha512-<base64>`. */
export function hasIntegrity(tarball: Uint8Array, integrity: string): boolean {
  return integrity === `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
}

/**
 * Makes sure that a runtime is in the cache and returns the path of its executable. Safe to call at the same time
 * from several processes: each unpacks into a folder of its own, and the first to finish puts it in place.
 */
export async function ensureRuntime(request: RuntimeRequest): Promise<string> {
  const integrity = pinnedIntegrity(request.target, request.version);
  const name = `bun-${request.target}-${request.version}`;
  const executable = request.target.startsWith('windows') ? 'bun.exe' : 'bun';
  const place = join(request.cacheDir, name);
  const path = join(place, executable);
  if (await exists(path)) return path;

  const scratch = join(request.cacheDir, `.${name}-${randomBytes(4).toString('hex')}`);
  await mkdir(scratch, { recursive: true });
  try {
    const tarball = await download(request, scratch);
    if (!hasIntegrity(tarball, integrity)) {
      throw new RuntimeUnavailable(`the package of ${name} is not the pinned one; it was thrown away`);
    }
    const ready = join(scratch, 'ready');
    await mkdir(ready);
    await Bun.write(join(ready, executable), await memberOf(tarball, `package/bin/${executable}`));
    await chmod(join(ready, executable), 0o755);
    await rename(ready, place).catch(async (cause) => {
      if (!(await exists(path))) throw cause;
    });
    return path;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** npm's own client fetches, so that a site's registry, proxy and certificate settings apply. */
async function download(request: RuntimeRequest, scratch: string): Promise<Uint8Array> {
  const spec = `@oven/bun-${request.target}@${request.version}`;
  const npm = Bun.spawn({
    cmd: [
      'npm',
      'pack',
      spec,
      '--json',
      '--ignore-scripts',
      '--loglevel=error',
      '--pack-destination',
      scratch,
    ],
    cwd: scratch,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [output, complaint, code] = await Promise.all([
    new Response(npm.stdout).text(),
    new Response(npm.stderr).text(),
    npm.exited,
  ]);
  if (code !== 0)
    throw new RuntimeUnavailable(`npm could not fetch ${spec}: ${complaint.trim().slice(-500)}`);
  const packed = JSON.parse(output) as { filename: string }[];
  const filename = packed[0]?.filename.replace(/^@/, '').replaceAll('/', '-');
  if (filename === undefined) throw new RuntimeUnavailable(`npm fetched nothing for ${spec}`);
  return readFile(join(scratch, filename));
}

async function memberOf(tarball: Uint8Array, member: string): Promise<Blob> {
  const files = await new Bun.Archive(tarball).files(member);
  const file = files.get(member);
  if (file === undefined) throw new RuntimeUnavailable(`the package has no ${member}`);
  return file;
}
