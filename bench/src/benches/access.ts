import type { Report } from '../measure/report.ts';
import { audit } from './audit.ts';
import { authorise } from './authorise.ts';
import { rowSecurity } from './row-security.ts';

/** Everything that is promised about the speed of rights and their records, one after the other. */
export async function access(
  report: Report,
  sizes: { samples: number; rows: number; devices: number },
): Promise<void> {
  await authorise(report, sizes);
  await audit(report, sizes);
  await rowSecurity(report, sizes);
}
