import type { Ecosystem } from '@muster/contracts/inventory';
import type { Finding } from './item.ts';

/** Fields of a software item, as the catalogue has them. */
export type PackageFields = {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly publisher: string | null;
  readonly installedAt: string | null;
  readonly sizeBytes: number | null;
};

const MOST_NAME = 300;
const MOST_TEXT = 200;

/** Adds a package under the key that names it: another version is another item. */
export function addPackage(finding: Finding, fields: PackageFields): void {
  const name = fields.name.slice(0, MOST_NAME);
  const version = fields.version.slice(0, MOST_TEXT);
  const key = [fields.ecosystem, plain(fields.arch), plain(version), name].join('/');
  finding.add('package', key, {
    ...fields,
    name,
    version,
    publisher: fields.publisher?.slice(0, MOST_TEXT) ?? null,
  });
}

/** The server spells keys alike: only the name, which comes last, may hold a slash as it is. */
const plain = (part: string): string => part.replaceAll('%', '%25').replaceAll('/', '%2F');
