import type { ReadPage } from './read-all.ts';
import type { ListSettings } from './use-list-settings.ts';

/** What the menus behind a list work on. */
export type ListOptionsProps = {
  /** What an exported file is called. */
  readonly name: string;
  // The menus hand rows on and look at none, so that any list's settings will do.
  readonly settings: ListSettings<never>;
  /** Reads what matches page by page; undefined where all of it is loaded. */
  readonly readPage: ReadPage<never> | undefined;
};
