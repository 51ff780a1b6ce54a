import type { AuditAction } from '@muster/contracts/audit';
import { musterLine } from '../../actions/muster-line.ts';

/** What is looked for in the audit log; everything is in the URL. */
export type AuditSearch = {
  who?: string | undefined;
  action?: AuditAction | undefined;
  target?: string | undefined;
  success?: 'true' | 'false' | undefined;
  /** Moments, ISO 8601. */
  from?: string | undefined;
  to?: string | undefined;
  /** `system`, or the id of an organisation. */
  log?: string | undefined;
};

/** Reads it from a URL; what makes no sense is left out. */
export function readAuditSearch(search: Readonly<Record<string, unknown>>): AuditSearch {
  const { who, action, target, success, from, to, log } = search;
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  const isMoment = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));
  return {
    ...(isText(who) ? { who } : {}),
    ...(isText(action) && /^[a-z_]+\.[a-z_]+$/.test(action) ? { action: action as AuditAction } : {}),
    ...(isText(target) ? { target } : {}),
    ...(`${success}` === 'true' || `${success}` === 'false' ? { success: `${success}` as 'true' } : {}),
    ...(isMoment(from) ? { from } : {}),
    ...(isMoment(to) ? { to } : {}),
    ...(isText(log) ? { log } : {}),
  };
}

/** The `muster` line that lists the same rows. */
export function auditCommand({ who, action, target, success, from, to, log }: AuditSearch): string {
  const failed = success === 'false' || undefined;
  return musterLine('audit list', [], { who, action, target, from, to, log, failed });
}
