import { expect } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserOptions, type LabBrowser, launchBrowser } from '@muster/lab';
import type { Page } from 'playwright-core';
import { ADMIN, until } from '../src/index.ts';

/** Where pictures of the pages are left for people to look at; nothing compares them. */
const PICTURES = join(tmpdir(), 'muster-console');

/** Whether nothing moves but what never ends, such as a waiting bar. */
const IS_STILL = `document.getAnimations().every(({ playState, effect }) =>
  playState !== 'running' || effect.getComputedTiming().endTime === Infinity)`;

/** A browser at the console, signed in. */
export type Console = {
  readonly page: Page;
  readonly browser: LabBrowser;
  /** Opens a path of the console and waits for its heading. */
  open(path: string, heading: string | RegExp): Promise<void>;
  close(): Promise<void>;
};

/** Starts a browser and signs in, as the administrator where nobody else is named. */
export async function openConsole(
  url: string,
  options: BrowserOptions = {},
  who: { readonly email: string; readonly password: string } = ADMIN,
): Promise<Console> {
  const viewport = { width: 1440, height: 900 };
  const browser = await launchBrowser({ viewport, ...options });
  const page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${url}/sign-in`);
  await page.getByRole('textbox', { name: 'Email' }).fill(who.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  return {
    page,
    browser,
    open: async (path, heading) => {
      await page.goto(url + path);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    },
    close: () => browser.close(),
  };
}

/**
 * Fails with every fault that axe finds against WCAG 2.2 AA, and leaves a picture of the page. What is on its way out while
 * axe looks has no place and no name any more: a fault counts when it is found again.
 */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  // What fades in has no contrast yet.
  await awaitStill(page);
  await page.screenshot({ path: join(PICTURES, `${name.replaceAll(/\W+/g, '-')}.png`) });
  let faults = await findFaults(page);
  if (faults.length > 0) {
    await awaitStill(page);
    faults = await findFaults(page);
  }
  expect(faults, `${name} has faults`).toEqual([]);
}

const awaitStill = (page: Page) => until('nothing moves any more', () => page.evaluate<boolean>(IS_STILL));

async function findFaults(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page })
    // The library's dialogs have a header element; what is behind a dialog is hidden while it is open.
    .disableRules(['landmark-no-duplicate-banner', 'landmark-unique'])
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')}\n${failureSummary ?? ''}`,
    ),
  );
}
