import type { InventoryCategory } from '@muster/contracts/inventory';
import { beginOfDay } from '../day.ts';

/** Categories, as they are called on the screen. */
export const CATEGORY_TITLES: Readonly<Record<InventoryCategory, string>> = {
  hardware: 'Hardware',
  system: 'System',
  software: 'Software',
  hotfixes: 'Updates',
  users: 'Users',
  security: 'Security',
  network: 'Network',
  browsers: 'Browsers',
};

/** Spans that are asked for often, in days. */
export const SPANS = { '1d': 1, '7d': 7, '30d': 30, '400d': 400 } as const;

const DAY_MS = 86_400_000;
const WITHOUT_WORD = '7d';

/** Since when, as a span or a date of this zone, and of which category; kept in the URL. */
export type ChangesSearch = { since?: string | undefined; category?: InventoryCategory | undefined };

export function readChangesSearch({ since, category }: Readonly<Record<string, unknown>>): ChangesSearch {
  const isSince =
    typeof since === 'string' && (Object.hasOwn(SPANS, since) || beginOfDay(since) !== undefined)
      ? since
      : undefined;
  const isCategory = typeof category === 'string' && Object.hasOwn(CATEGORY_TITLES, category);
  return {
    ...(isSince ? { since: isSince } : {}),
    ...(isCategory ? { category: category as InventoryCategory } : {}),
  };
}

/** The moment that is meant, to the minute, so that asking again asks the same; a date begins at midnight of this zone. */
export function sinceMoment(since: string = WITHOUT_WORD, now: number): string {
  const day = beginOfDay(since);
  if (day) return day.toISOString();
  const days = SPANS[since as keyof typeof SPANS] ?? SPANS[WITHOUT_WORD];
  return new Date(Math.floor((now - days * DAY_MS) / 60_000) * 60_000).toISOString();
}
