import { Ecosystem } from '@muster/contracts/inventory';
import { versionSortKey } from '@muster/query';
import { z } from 'zod';

/** A package as the tables hold it. */
export const Package = z.object({
  ecosystem: Ecosystem,
  name: z.string(),
  version: z.string(),
  arch: z.string(),
  publisher: z.string().nullable(),
  /** Always with milliseconds, so that two spellings of a moment are no difference. */
  installedAt: z
    .string()
    .nullable()
    .transform((at) => (at === null ? null : new Date(at).toISOString())),
  sizeBytes: z.number().nullable(),
});
export type Package = z.infer<typeof Package>;

/** What names an installed version on one device; agents and server spell it alike. */
export function packageKey({
  ecosystem,
  arch,
  version,
  name,
}: Omit<Package, 'publisher' | 'installedAt' | 'sizeBytes'>): string {
  return [ecosystem, plain(arch), plain(version), name].join('/');
}

/** Only the name, which comes last, may hold a slash as it is. */
const plain = (part: string): string => part.replaceAll('%', '%25').replaceAll('/', '%2F');
const spoken = (part: string): string => part.replaceAll('%2F', '/').replaceAll('%25', '%');

/** The parts of a key; undefined for what is none. */
export function readPackageKey(
  key: string,
): Pick<Package, 'ecosystem' | 'arch' | 'version' | 'name'> | undefined {
  const [ecosystem, arch, version, ...rest] = key.split('/');
  const known = Ecosystem.safeParse(ecosystem).data;
  const name = rest.join('/');
  if (!known || arch === undefined || version === undefined || name === '') return undefined;
  return { ecosystem: known, arch: spoken(arch), version: spoken(version), name };
}

/**
 * The key that orders versions. The epoch of a distribution (`1:3.0.14-1`) is left out: whoever asks for versions below
 * 3.0.14 means the upstream version.
 */
export function softwareSortKey(version: string): string {
  return versionSortKey(version.replace(/^\d+:/, ''));
}
