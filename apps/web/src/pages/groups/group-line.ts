import type { Group, GroupId, OrgId } from '@muster/contracts';
import { musterLine } from '../../actions/muster-line.ts';

/** What a form says about a group. */
export type GroupDraft = {
  readonly name: string;
  readonly description: string;
  readonly parentId: GroupId | null;
  readonly priority: number | string;
  readonly query: string;
  readonly orgId: OrgId | undefined;
};

/** The `muster` line that makes a group of what a form says. */
export function createGroupLine(kind: Group['kind'], draft: GroupDraft, all: readonly Group[]): string {
  return musterLine('groups create', [draft.name], {
    description: draft.description || undefined,
    query: kind === 'smart' ? draft.query : undefined,
    org: draft.orgId,
    in: outerWord(draft.parentId, all),
    priority: Number(draft.priority),
  });
}

/** The `muster` line that changes of a group what a form says otherwise; undefined where that is nothing. */
export function changeGroupLine(group: Group, draft: GroupDraft, all: readonly Group[]): string | undefined {
  const isMoved = draft.parentId !== group.parentId;
  const changes = {
    name: changed(group.name, draft.name),
    description: changed(group.description, draft.description),
    in: isMoved ? outerWord(draft.parentId, all) : undefined,
    out: isMoved && draft.parentId === null ? (true as const) : undefined,
    priority: changed(group.priority, Number(draft.priority)),
    query: group.kind === 'smart' ? changed(group.query ?? '', draft.query) : undefined,
  };
  if (Object.values(changes).every((value) => value === undefined)) return undefined;
  return musterLine('groups change', [groupWord(group, all)], changes);
}

/** A group as the command line finds it: by name, or by id where several are called so. */
function groupWord({ id, name }: Group, all: readonly Group[]): string {
  const called = all.filter((one) => one.name.toLowerCase() === name.toLowerCase());
  return called.length > 1 ? id : name;
}

function outerWord(parentId: GroupId | null, all: readonly Group[]): string | undefined {
  const outer = all.find(({ id }) => id === parentId);
  return outer ? groupWord(outer, all) : (parentId ?? undefined);
}

const changed = <Value>(before: Value, now: Value): Value | undefined => (now === before ? undefined : now);
