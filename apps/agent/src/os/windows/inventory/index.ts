import { homesBelow, readBrowsers } from '../../../inventory/browsers.ts';
import type { Readers } from '../../../inventory/item.ts';

/** What this system tells about itself. */
export const READERS: Readers = {
  browsers: () => readBrowsers(homesBelow('C:\\Users')),
};
