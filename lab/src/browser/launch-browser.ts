import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { cleanEnvironment } from '../config.ts';
import { findProgram } from '../parts.ts';
import { openLease } from '../process/leases.ts';

/** How the browser of one test looks. */
export interface BrowserOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Language of the person, as `de-DE`. */
  readonly locale?: string;
  /** Accept certificates that no authority of the system signed, as the self-made one of a fresh server. */
  readonly ignoreHTTPSErrors?: boolean;
}

/** A Chromium with a profile of its own. */
export interface LabBrowser {
  readonly context: BrowserContext;
  /** What pages wrote to their consoles as errors, and what they threw. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** No request of the browser's own may leave the machine. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Debian's Chromium with an empty profile; ask `skipReason('browser')` first. */
export async function launchBrowser(options: BrowserOptions = {}): Promise<LabBrowser> {
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('chromium is not installed');
  const lease = openLease('browser');
  const home = join(lease.folder, 'home');
  mkdirSync(home);
  // Chromium's own children carry it too: it is how the lease finds them.
  lease.add('environments', `HOME=${home}`);
  const errors: string[] = [];
  try {
    const context = await chromium.launchPersistentContext(join(lease.folder, 'profile'), {
      executablePath,
      args: FLAGS,
      env: cleanEnvironment({ HOME: home }),
      viewport: { ...(options.viewport ?? { width: 1280, height: 800 }) },
      colorScheme: options.colorScheme ?? 'light',
      locale: options.locale ?? 'en-GB',
      ignoreHTTPSErrors: options.ignoreHTTPSErrors ?? false,
    });
    context.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    context.on('weberror', (thrown) => errors.push(thrown.error().message));
    return {
      context,
      errors,
      close: async () => {
        await context.close();
        lease.release();
      },
    };
  } catch (cause) {
    lease.release();
    throw cause;
  }
}
