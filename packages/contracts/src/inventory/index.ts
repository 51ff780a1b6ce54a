import { z } from 'zod';
import type { InventoryKind } from './define-kind.ts';
import { hardware } from './hardware.ts';
import { network, security } from './security.ts';
import { browsers, hotfixes, software, system, users } from './system.ts';

export type { InventoryKind } from './define-kind.ts';
export { ECOSYSTEMS, Ecosystem } from './system.ts';

/** One category of the inventory: collected, acknowledged and aged as a whole. */
export type InventoryCategoryEntry = {
  readonly title: string;
  readonly describe: string;
  readonly kinds: Readonly<Record<string, InventoryKind>>;
  /** Items a device may have of it; what is beyond is clipped, with a note. */
  readonly maxItems: number;
};

/** What an inventory consists of (IV-2). A category is sent as a difference against what the server acknowledged. */
export const INVENTORY = {
  hardware: {
    title: 'Hardware',
    describe: 'Board, BIOS, processors, memory, disks, volumes, graphics, monitors, batteries.',
    kinds: hardware,
    maxItems: 500,
  },
  system: {
    title: 'System',
    describe: 'The operating system.',
    kinds: system,
    maxItems: 10,
  },
  software: {
    title: 'Software',
    describe: 'What the package managers and the registry say is installed.',
    kinds: software,
    maxItems: 20_000,
  },
  hotfixes: {
    title: 'Updates',
    describe: 'Updates of Windows that are installed.',
    kinds: hotfixes,
    maxItems: 5_000,
  },
  users: {
    title: 'Users',
    describe: 'Accounts, and who is signed in.',
    kinds: users,
    maxItems: 5_000,
  },
  security: {
    title: 'Security',
    describe: 'Firewall, encryption, antivirus, elevation, confinement, secure boot, open ports.',
    kinds: security,
    maxItems: 2_000,
  },
  network: {
    title: 'Network',
    describe: 'Interfaces, routes and name servers.',
    kinds: network,
    maxItems: 2_000,
  },
  browsers: {
    title: 'Browsers',
    describe: 'Extensions of Chrome, Edge and Firefox; never cookies, history or passwords.',
    kinds: browsers,
    maxItems: 5_000,
  },
} as const satisfies Record<string, InventoryCategoryEntry>;

export type InventoryCategory = keyof typeof INVENTORY;
export const InventoryCategory = z.enum(
  Object.keys(INVENTORY) as [InventoryCategory, ...InventoryCategory[]],
);

/** The kind of a category by name; undefined for what no version of Muster ever had. */
export function findKind(category: InventoryCategory, kind: string): InventoryKind | undefined {
  const kinds: Readonly<Record<string, InventoryKind>> = INVENTORY[category].kinds;
  return Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}
