import type { Ecosystem } from '@muster/contracts/inventory';

/** Where software comes from, in the words of people. */
export const ECOSYSTEM_TITLES: Readonly<Record<Ecosystem, string>> = {
  deb: 'Debian package',
  rpm: 'RPM package',
  pacman: 'Arch package',
  apk: 'Alpine package',
  snap: 'Snap',
  flatpak: 'Flatpak',
  windows: 'Windows program',
  macos: 'macOS app',
  homebrew: 'Homebrew',
  other: 'Other',
};

/** What is looked for among software; kept in the URL. */
export type SoftwareSearch = { search?: string | undefined; from?: Ecosystem | undefined };

export function readSoftwareSearch({ search, from }: Readonly<Record<string, unknown>>): SoftwareSearch {
  return {
    ...(typeof search === 'string' || typeof search === 'number' ? { search: String(search) } : {}),
    ...(typeof from === 'string' && Object.hasOwn(ECOSYSTEM_TITLES, from) ? { from: from as Ecosystem } : {}),
  };
}
