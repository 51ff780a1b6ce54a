import { AUTHORITIES, type Authority, type PolicyFieldDeclared } from '@muster/contracts/policies';
import { fieldsOf, type Plan } from '@muster/query';
import { standsOn } from '../../membership/index.ts';

/** A group as far as it decides who is in it. */
export type GroupNode = {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  /** Undefined for a static group. */
  readonly plan: Plan | undefined;
  /** Keys of the tags that its members get. */
  readonly carries?: readonly string[];
};

export type Fault = { readonly text: string; readonly params: Record<string, unknown> };

/** What decides who is in a group: a field of a query, or people, and in which group. */
type Reason = { readonly group: string; readonly field: string; readonly authority: Authority };

/**
 * Why the group may not set these fields. Its devices are those of its own query, of the groups inside it, and through
 * names in queries those of others: a field that moves with what is set would let devices wander in and out for ever, and
 * one that less trusted hands can change would let them choose their own policy.
 */
export function findFault(
  groups: readonly GroupNode[],
  wanted: { readonly id: string; readonly sets: readonly string[] },
  catalogue: Readonly<Record<string, PolicyFieldDeclared>>,
): Fault | undefined {
  const own = groups.find(({ id }) => id === wanted.id);
  if (!own) return undefined;
  const reasons = standingOn(groups, own).flatMap(reasonsOf);
  for (const name of wanted.sets) {
    const declared = catalogue[name];
    if (!declared) continue;
    const moved = reasons.find(({ field }) => declared.moves.includes(field));
    if (moved) return movesItself(own.name, name, { ...moved, title: declared.title });
    const weak = reasons.find(({ authority }) => rank(authority) < rank(declared.needs));
    if (weak) return tooWeak(own.name, name, { ...weak, declared });
  }
  return undefined;
}

const rank = (authority: Authority): number => AUTHORITIES.indexOf(authority);

/** The group, those inside it, and those that their queries may name or whose tags they ask for; each once. */
function standingOn(groups: readonly GroupNode[], own: GroupNode): GroupNode[] {
  const found = new Set([own]);
  for (const group of found) {
    for (const other of groups) {
      const isNamed =
        group.plan !== undefined && standsOn(group.plan, { name: other.name, carries: other.carries ?? [] });
      if (other.parentId === group.id || isNamed) found.add(other);
    }
  }
  return [...found];
}

function reasonsOf({ name, plan }: GroupNode): Reason[] {
  if (!plan) return [{ group: name, field: '', authority: 'operator' }];
  return fieldsOf(plan).map((field) => ({ group: name, field: field.name, authority: field.authority }));
}

function movesItself(own: string, name: string, { group, field, title }: Reason & { title: string }): Fault {
  const whose = group === own ? 'its own query' : `the query of ${group}, on which it stands,`;
  return {
    text: `The policy of ${own} may not set the ${title.toLowerCase()}: ${whose} asks for ${field}, which moves with it. Set it for a site, or for a group that does not ask for ${field}.`,
    params: { field: name, queryField: field, group },
  };
}

const WHO: Readonly<Record<Authority, string>> = {
  device: 'the device itself says',
  operator: 'people say',
  server: 'the server says',
};

function tooWeak(
  own: string,
  name: string,
  { group, field, authority, declared }: Reason & { declared: PolicyFieldDeclared },
): Fault {
  const what = field === '' ? `who is in ${group}` : `${field}, for which ${group} asks`;
  return {
    text: `The policy of ${own} may not set the ${declared.title.toLowerCase()}: ${WHO[authority]} ${what}, and this takes what ${WHO[declared.needs]}.`,
    params: { field: name, queryField: field, group, authority, needs: declared.needs },
  };
}
