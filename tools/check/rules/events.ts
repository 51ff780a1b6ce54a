import { findEventMismatches } from '../../../apps/server/src/modules/events/find-event-mismatches.ts';
import type { Problem } from '../check.ts';
import { listFiles, readText } from '../tree.ts';

const CATALOGUE = 'packages/contracts/src/events/catalogue.ts';

/** Events that are declared and never published or never tested, and those that are published and not declared. */
export function findEventFaults(root: string): Problem[] {
  const paths = listFiles(root);
  if (!paths.includes(CATALOGUE)) return [];
  const files = paths
    .filter((path) => /^(apps|packages|e2e|lab)\/.*\.tsx?$/.test(path))
    .map((path) => ({ path, text: readText(root, path) }));
  return findEventMismatches(files).map((text) => ({ at: CATALOGUE, text }));
}
