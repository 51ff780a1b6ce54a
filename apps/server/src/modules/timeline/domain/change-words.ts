import type { InventoryChange } from '@muster/contracts';
import { findKind, INVENTORY } from '@muster/contracts/inventory';
import { differences, type Words } from './event-words.ts';
import { told } from './told.ts';

type Change = Pick<InventoryChange, 'category' | 'kind' | 'key' | 'change' | 'before' | 'after' | 'titleId'>;

const VERBS = { added: 'came', removed: 'went', changed: 'changed' } as const;
const MOST_TOLD = 4;

/** What is said of something that came to a machine, went or changed. */
export function wordsOfChange(change: Change, deviceId: string): Words {
  const { category, kind, key, before, after } = change;
  const what =
    category === 'software' ? 'Software' : (findKind(category, kind)?.title ?? INVENTORY[category].title);
  const name = told(after?.name ?? before?.name ?? key);
  return {
    title: `${what}: ${name} ${VERBS[change.change]}`,
    detail: detailOf(before, after),
    tone: null,
    link: change.titleId === null ? `/devices/${deviceId}/changes?since=400d` : `/software/${change.titleId}`,
  };
}

type Fields = Readonly<Record<string, unknown>> | null;

function detailOf(before: Fields, after: Fields): string {
  if (before && after) {
    return before.version === after.version
      ? differences(before, after)
      : `${told(before.version)} → ${told(after.version)}`;
  }
  const fields = after ?? before ?? {};
  if (typeof fields.version === 'string') return fields.version;
  return Object.entries(fields)
    .filter(([name, value]) => name !== 'name' && told(value) !== '–')
    .slice(0, MOST_TOLD)
    .map(([name, value]) => `${name} ${told(value)}`)
    .join(', ');
}
