import { AUDIT_ACTIONS, type AuditContent } from '@muster/contracts/audit';
import { differences, type Words } from './event-words.ts';

/** What is said of a row of the audit log; of one whose content was erased, that it was. */
export function wordsOfAudit(
  content: AuditContent | undefined,
  erasedAction: string,
  link: string,
): Words & { readonly actor: string | null } {
  if (!content) return { title: 'Erased', detail: erasedAction, tone: null, link, actor: null };
  const { action, success, code, count, who, before, after } = content;
  const parts = [
    ...(success ? [] : [`refused${code ? `: ${code}` : ''}`]),
    ...(count > 1 ? [`${count} times`] : []),
    ...(isFields(before) || isFields(after)
      ? [differences(isFields(before) ? before : {}, isFields(after) ? after : {})]
      : []),
  ];
  return {
    title: AUDIT_ACTIONS[action].replace(/\.$/, ''),
    detail: parts.filter((part) => part !== '').join(' · '),
    tone: success ? null : 'warning',
    link,
    actor: who.name ?? who.kind,
  };
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
