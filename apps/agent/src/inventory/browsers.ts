import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Finding, type Found } from './item.ts';

/** A person's folder, and where below it browsers keep their profiles. */
export type BrowserHome = {
  readonly account: string;
  readonly home: string;
};

/** The folders of people below the one that holds them all. */
export function homesBelow(folder: string): BrowserHome[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((account) => ({ account, home: join(folder, account) }));
}

type Browser = 'chrome' | 'chromium' | 'edge' | 'brave';

/** Folders of Chromium and its kin below a home, on each system. */
const CHROMIUMS: readonly (readonly [Browser, string])[] = [
  ['chrome', '.config/google-chrome'],
  ['chromium', '.config/chromium'],
  ['chromium', 'snap/chromium/common/chromium'],
  ['edge', '.config/microsoft-edge'],
  ['brave', '.config/BraveSoftware/Brave-Browser'],
  ['chrome', 'AppData/Local/Google/Chrome/User Data'],
  ['edge', 'AppData/Local/Microsoft/Edge/User Data'],
  ['brave', 'AppData/Local/BraveSoftware/Brave-Browser/User Data'],
  ['chrome', 'Library/Application Support/Google/Chrome'],
  ['edge', 'Library/Application Support/Microsoft Edge'],
  ['brave', 'Library/Application Support/BraveSoftware/Brave-Browser'],
];

const FIREFOXES = [
  '.mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  'AppData/Roaming/Mozilla/Firefox/Profiles',
  'Library/Application Support/Firefox/Profiles',
];

/** IV-7: what is added to people's browsers. Nothing that a browser holds is opened: no cookie, history or password. */
export async function readBrowsers(homes: readonly BrowserHome[]): Promise<Found> {
  const finding = new Finding();
  for (const { account, home } of homes) {
    for (const [browser, folder] of CHROMIUMS) {
      await finding.part(`${browser} of ${account}`, () =>
        readChromium(finding, { browser, account, folder: join(home, folder) }),
      );
    }
    for (const folder of FIREFOXES) {
      await finding.part(`firefox of ${account}`, () => readFirefox(finding, account, join(home, folder)));
    }
  }
  return finding.found;
}

type Place = { readonly browser: Browser; readonly account: string; readonly folder: string };

function readChromium(finding: Finding, { browser, account, folder }: Place): void {
  if (!existsSync(folder)) return;
  for (const profile of readdirSync(folder)) {
    const extensions = join(folder, profile, 'Extensions');
    if (!existsSync(extensions)) continue;
    for (const id of readdirSync(extensions)) {
      const version = readdirSync(join(extensions, id)).sort().at(-1);
      const manifest = version && readJson<Manifest>(join(extensions, id, version, 'manifest.json'));
      if (!manifest) continue;
      finding.add('extension', `${browser} ${account} ${profile} ${id}`, {
        browser,
        account,
        profile,
        id,
        name: nameOf(manifest, join(extensions, id, version)),
        version: String(manifest.version ?? version).slice(0, 100),
        enabled: null,
        permissions: textsOf(manifest.permissions),
      });
    }
  }
}

type Manifest = { name?: string; version?: string; default_locale?: string; permissions?: unknown };

/** Names may stand in a file of messages: `__MSG_appName__`. */
function nameOf({ name = '', default_locale: locale }: Manifest, folder: string): string {
  const [, key] = /^__MSG_(.+)__$/.exec(name) ?? [];
  if (!key || !locale || !/^[\w-]+$/.test(locale)) return name.slice(0, 500);
  const messages = readJson<Record<string, { message?: string }>>(
    join(folder, '_locales', locale, 'messages.json'),
  );
  const found = Object.entries(messages ?? {}).find(([one]) => one.toLowerCase() === key.toLowerCase());
  return (found?.[1].message ?? name).slice(0, 500);
}

type Addon = {
  id?: string;
  version?: string;
  type?: string;
  active?: boolean;
  location?: string;
  defaultLocale?: { name?: string };
  userPermissions?: { permissions?: unknown } | null;
};

/** Firefox lists its extensions in one file; those that it brings along are left out. */
function readFirefox(finding: Finding, account: string, folder: string): void {
  if (!existsSync(folder)) return;
  for (const profile of readdirSync(folder)) {
    const list = readJson<{ addons?: readonly Addon[] }>(join(folder, profile, 'extensions.json'));
    for (const addon of list?.addons ?? []) {
      if (addon.type !== 'extension' || !addon.id || /^app-(builtin|system)/.test(addon.location ?? ''))
        continue;
      finding.add('extension', `firefox ${account} ${profile} ${addon.id}`, {
        browser: 'firefox',
        account,
        profile,
        id: addon.id.slice(0, 500),
        name: (addon.defaultLocale?.name ?? addon.id).slice(0, 500),
        version: (addon.version ?? '').slice(0, 100),
        enabled: addon.active ?? null,
        permissions: textsOf(addon.userPermissions?.permissions),
      });
    }
  }
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list)
    ? list
        .filter((one) => typeof one === 'string')
        .slice(0, 100)
        .map((one) => one.slice(0, 500))
    : [];
}

/** Undefined for what is missing or no JSON: profiles hold all sorts of things. */
function readJson<Type>(path: string): Type | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Type;
  } catch {
    return undefined;
  }
}
