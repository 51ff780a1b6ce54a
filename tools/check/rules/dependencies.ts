import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../check.ts';
import { listFiles, readText } from '../tree.ts';

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const TABLE = 'docs/dependencies.md';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

interface LockEntry {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** Direct dependencies that are not pinned exactly, or that docs/dependencies.md does not give a reason for. */
export function findUnexplainedDependencies(root: string): Problem[] {
  const rows = readRows(root);
  const used = new Set<string>();
  const problems = manifests(root).flatMap((file) =>
    directDependencies(root, file).flatMap(([name, version]): Problem[] => {
      if (name.startsWith('@muster/')) return [];
      used.add(name);
      if (!EXACT.test(version)) return [{ at: file, text: `${name} ${version} is not an exact version` }];
      if (!rows.has(name)) return [{ at: file, text: `${name} has no row in ${TABLE}` }];
      if (rows.get(name) !== version) {
        return [{ at: file, text: `${name} is ${version} here and ${rows.get(name)} in ${TABLE}` }];
      }
      return [];
    }),
  );
  const stale = [...rows.keys()].filter((name) => !used.has(name));
  return [...problems, ...stale.map((name) => ({ at: TABLE, text: `${name} is not a dependency any more` }))];
}

/** Entries of the lock file that carry an address: they would tie the product to one machine's registry. */
export function findLockedAddresses(root: string): Problem[] {
  if (!existsSync(join(root, 'package-lock.json'))) {
    return [{ at: 'package-lock.json', text: 'is missing' }];
  }
  const lock = JSON.parse(readText(root, 'package-lock.json')) as {
    packages: Record<string, LockEntry>;
  };
  return Object.entries(lock.packages).flatMap(([path, entry]): Problem[] => {
    if (entry.link === true || !path.includes('node_modules/')) return [];
    if (entry.resolved !== undefined)
      return [{ at: 'package-lock.json', text: `${path} has a resolved address` }];
    // Binaries for other systems may have been out of reach when the file was written: see tools/generate/lock-file.ts.
    const isForPlatform = entry.optional === true && (entry.os ?? entry.cpu) !== undefined;
    if (entry.integrity !== undefined || isForPlatform) return [];
    return [{ at: 'package-lock.json', text: `${path} has no integrity` }];
  });
}

function manifests(root: string): string[] {
  return listFiles(root).filter((file) => /(^|\/)package\.json$/.test(file));
}

function directDependencies(root: string, file: string): [string, string][] {
  const manifest = JSON.parse(readText(root, file)) as Manifest;
  return [
    manifest.dependencies,
    manifest.devDependencies,
    manifest.optionalDependencies,
    manifest.peerDependencies,
  ].flatMap((group) => Object.entries(group ?? {}));
}

/** Rows read `| name | version | reason |`; a row without a reason is no row. */
function readRows(root: string): Map<string, string> {
  if (!existsSync(join(root, TABLE))) return new Map();
  const rows = readText(root, TABLE).matchAll(
    /^\| *`?([@a-z][\w@./-]*)`? *\| *`?([\w.-]+)`? *\| *(\S.*?) *\|$/gm,
  );
  return new Map([...rows].map(([, name, version]) => [name as string, version as string]));
}
