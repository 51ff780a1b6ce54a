import { describe, expect, test } from 'bun:test';
import type { Group } from '@muster/contracts';
import { shellWord } from '../../actions/muster-line.ts';
import { groupTree, possibleOuters, queryOfGroup } from './group-tree.ts';

function aGroup(name: string, parent: string | null = null): Group {
  const told = {
    id: name,
    parentId: parent,
    orgId: 'one',
    name,
    description: '',
    kind: 'static',
    query: null,
  };
  return { ...told, priority: 100, settled: true, devices: 0, etag: name } as unknown as Group;
}

describe('the tree of groups', () => {
  test('GT-3: each group stands under the one that it lies in, by name', () => {
    const groups = [aGroup('web', 'servers'), aGroup('servers'), aGroup('db', 'servers'), aGroup('desks')];
    const rows = groupTree(groups).map(({ group, depth }) => `${depth} ${group.name}`);
    expect(rows).toEqual(['0 desks', '0 servers', '1 db', '1 web']);
  });

  test('GT-3: a group whose outer may not be seen is at the top, never lost', () => {
    expect(groupTree([aGroup('web', 'hidden')]).map(({ depth }) => depth)).toEqual([0]);
  });

  test('GT-3: a group is never offered itself, nor one inside it, to lie in', () => {
    const groups = [aGroup('servers'), aGroup('web', 'servers'), aGroup('front', 'web'), aGroup('desks')];
    expect(possibleOuters(groups, groups[0]).map(({ name }) => name)).toEqual(['desks']);
  });

  test('GT-4: a name with quotes stays one name in a query and in a shell', () => {
    expect(queryOfGroup('the "old" ones')).toBe('group = "the \\"old\\" ones"');
    expect(shellWord("it's")).toBe(`'it'\\''s'`);
  });
});
