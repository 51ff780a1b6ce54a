import type { AuditRow } from '@muster/contracts';
import { AUDIT_ACTIONS } from './actions.gen.ts';

type Content = NonNullable<AuditRow['content']>;

/** What an action means, in a sentence; its name where this console is older than the server. */
export function describeAction(action: string): string {
  return action in AUDIT_ACTIONS ? AUDIT_ACTIONS[action as keyof typeof AUDIT_ACTIONS] : action;
}

/** Who did it, by the best name there is. */
export function whoText({ who }: Content): string {
  if (who.kind === 'anonymous') return who.name ?? 'nobody known';
  return who.name ?? who.id ?? who.kind;
}

/** What it was done to: "device db-03". */
export function targetText({ target }: Content): string {
  const name = target.name ?? target.id;
  const kind = target.kind.replaceAll('_', ' ');
  return name === null ? kind : `${kind} ${name}`;
}

/** Where the row stands: its log and its place in it. */
export function placeText({ log, index }: AuditRow): string {
  return `${log === 'system' ? 'system' : log.slice(0, 8)}/${index}`;
}
