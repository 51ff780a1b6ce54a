import { z } from 'zod';
import { defineKind } from './define-kind.ts';
import { at, bytes, text, word } from './shapes.ts';

/** IV-4: the package managers whose lists are read. */
export const ECOSYSTEMS = [
  'deb',
  'rpm',
  'pacman',
  'apk',
  'snap',
  'flatpak',
  'windows',
  'macos',
  'homebrew',
  'other',
] as const;
export const Ecosystem = z.enum(ECOSYSTEMS);
export type Ecosystem = z.infer<typeof Ecosystem>;

export const software = {
  package: defineKind({
    title: 'Package',
    key: 'ecosystem, architecture, name and version: another version is another item',
    fields: z.object({
      ecosystem: Ecosystem,
      name: z.string().min(1).max(300),
      version: z.string().max(200),
      arch: word,
      publisher: text.nullable(),
      installedAt: at.nullable(),
      sizeBytes: bytes.nullable(),
    }),
  }),
};

/** IV-8. */
export const hotfixes = {
  hotfix: defineKind({
    title: 'Update',
    key: 'its number, such as KB5034441',
    fields: z.object({ title: text.nullable(), installedAt: at.nullable(), installedBy: text.nullable() }),
  }),
};

export const system = {
  system: defineKind({
    title: 'Operating system',
    key: 'the word system',
    fields: z.object({
      name: text,
      version: word,
      build: word.nullable(),
      kernel: text.nullable(),
      edition: text.nullable(),
      installedAt: at.nullable(),
      locale: word.nullable(),
      timezone: word.nullable(),
      domain: text.nullable(),
      virtualisation: word.nullable(),
      container: word.nullable(),
      restartNeeded: z.boolean().nullable(),
    }),
  }),
};

export const users = {
  account: defineKind({
    title: 'Account',
    key: 'the name, with its domain where it has one',
    fields: z.object({
      fullName: text.nullable(),
      id: word.nullable(),
      administrator: z.boolean().nullable(),
      enabled: z.boolean().nullable(),
      home: text.nullable(),
      shell: text.nullable(),
      lastSignInAt: at.nullable(),
    }),
    volatile: ['lastSignInAt'],
  }),
  session: defineKind({
    title: 'Signed in',
    key: 'the account and its terminal',
    fields: z.object({
      account: text,
      terminal: word.nullable(),
      from: text.nullable(),
      since: at.nullable(),
    }),
  }),
};

/** IV-7: extensions, never what they hold. */
export const browsers = {
  extension: defineKind({
    title: 'Browser extension',
    key: 'browser, account, profile and id',
    fields: z.object({
      browser: z.enum(['chrome', 'chromium', 'edge', 'firefox', 'brave']),
      account: text,
      profile: text,
      id: text,
      name: text,
      version: word,
      enabled: z.boolean().nullable(),
      permissions: z.array(text).max(100),
    }),
  }),
};
