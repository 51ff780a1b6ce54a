import { expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { createProgram } from '../../../apps/cli/src/program.ts';
import { changeGroupLine, createGroupLine } from '../../../apps/web/src/pages/groups/group-line.ts';
import {
  changeFieldLine,
  defineFieldLine,
} from '../../../apps/web/src/pages/organisations/fields/field-line.ts';
import {
  changeSiteLine,
  createSiteLine,
  relayLine,
} from '../../../apps/web/src/pages/organisations/site-line.ts';

type Command = ReturnType<typeof createProgram>;

/** What the console copies, read by a shell and by the parser of the command line itself. */
type Read = { readonly path: string; readonly words: unknown[]; readonly options: Record<string, unknown> };

function read(line: string | undefined): Read {
  const shell = spawnSync('sh', ['-c', `set -- ${line}; printf '%s\\0' "$@"`], { encoding: 'utf8' });
  const [muster, ...words] = shell.stdout.split('\0').slice(0, -1);
  expect(muster).toBe('muster');
  const program = createProgram();
  let seen: Read | undefined;
  for (const [path, leaf] of leaves(program)) {
    leaf.action((...given: unknown[]) => {
      const options = given.at(-2) as Record<string, unknown>;
      seen = { path, words: given.slice(0, -2), options };
    });
  }
  program.parse(words, { from: 'user' });
  if (!seen) throw new Error(`nothing runs for ${line}`);
  return seen;
}

function leaves(command: Command, path: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
}

const anId = fc.uuid();
/** Whatever somebody types: quotes, dashes, dollars, blanks, other scripts. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    fc.constantFrom('-x', '--name', "it's", '"', '$HOME', '`id`', 'a b', '\\', '*', '-', '--'),
  )
  .filter((word) => word.trim() !== '' && !word.includes('\0'));

const groups = fc.record({
  ...{ id: anId, orgId: anId, parentId: fc.constant(null), name: text, description: text },
  ...{ kind: fc.constantFrom('static', 'smart'), query: text, priority: fc.nat(1_000) },
  ...{ settled: fc.constant(true), devices: fc.nat(), etag: fc.string() },
});
const asGroup = (group: unknown) => group as Parameters<typeof changeGroupLine>[0];
const asField = (field: unknown) => field as Parameters<typeof changeFieldLine>[0];
const asSite = (site: unknown) => site as Parameters<typeof changeSiteLine>[0];

test('AG-6, GT-3: the line that a group form copies changes exactly what the form changes', () => {
  fc.assert(
    fc.property(groups, groups, groups, fc.boolean(), (before, draft, outer, isInside) => {
      const group = asGroup({ ...before, parentId: isInside ? null : outer.id });
      const parentId = isInside ? asGroup(outer).id : null;
      const said = { ...draft, parentId, orgId: undefined };
      const line = changeGroupLine(group, said, [group, asGroup(outer)]);

      const { path, words, options } = read(line);

      const isOneName = before.name.toLowerCase() === outer.name.toLowerCase();
      expect(path).toBe('groups change');
      expect(words).toEqual([isOneName ? before.id : before.name]);
      expect(options).toEqual({
        ...(draft.name === before.name ? {} : { name: draft.name }),
        ...(draft.description === before.description ? {} : { description: draft.description }),
        ...(isInside ? { in: isOneName ? outer.id : outer.name } : { out: true }),
        ...(draft.priority === before.priority ? {} : { priority: String(draft.priority) }),
        ...(before.kind === 'static' || draft.query === before.query ? {} : { query: draft.query }),
      });
    }),
    { numRuns: 60 },
  );
});

test('AG-6, GT-4: the line that a new group copies makes it as the form says', () => {
  fc.assert(
    fc.property(groups, groups, (draft, outer) => {
      const said = { ...draft, parentId: asGroup(outer).id, orgId: asGroup(outer).orgId };

      const { path, words, options } = read(createGroupLine(asGroup(draft).kind, said, [asGroup(outer)]));

      expect([path, words]).toEqual(['groups create', [draft.name]]);
      expect(options).toEqual({
        ...{ description: draft.description, org: outer.orgId, in: outer.name },
        ...{ priority: String(draft.priority) },
        ...(draft.kind === 'smart' ? { query: draft.query } : {}),
      });
    }),
    { numRuns: 60 },
  );
});

test('a group form that changes nothing copies nothing', () => {
  const [group] = fc.sample(groups, 1);
  const same = asGroup(group);

  expect(
    changeGroupLine(same, { ...same, query: same.query ?? '', orgId: undefined }, [same]),
  ).toBeUndefined();
});

const drafts = fc.record({
  key: fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/),
  ...{ title: text, description: text, byDefault: text },
  kind: fc.constantFrom('text' as const, 'enum' as const),
  choices: fc.array(text, { minLength: 1, maxLength: 4 }),
  appliesTo: fc.subarray(['organisation' as const, 'site' as const, 'device' as const], { minLength: 1 }),
  isForAdministrators: fc.boolean(),
  orgId: fc.constant(undefined),
});

test('AG-6, GT-7: the line that a field form copies defines the field as the form says', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      const { path, words, options } = read(defineFieldLine(draft));

      expect([path, words]).toEqual(['fields define', [draft.key]]);
      expect(options).toEqual({
        ...{ kind: draft.kind, title: draft.title, description: draft.description },
        ...(draft.kind === 'enum' ? { choice: draft.choices } : {}),
        ...(draft.appliesTo.length === 3 ? {} : { for: draft.appliesTo }),
        default: draft.byDefault.trim(),
        ...(draft.isForAdministrators ? { administrators: true } : {}),
      });
    }),
    { numRuns: 60 },
  );
});

test('AG-6, GT-7: the line that a changed field copies changes exactly what the form changes', () => {
  fc.assert(
    fc.property(drafts, drafts, fc.boolean(), (before, after, isTakenAway) => {
      const setBy = before.isForAdministrators ? 'administrator' : 'operator';
      const field = asField({ ...before, setBy, byDefault: 'was' });
      const draft = { ...after, byDefault: isTakenAway ? ' ' : 'will be' };

      const { path, words, options } = read(changeFieldLine(field, draft));

      expect([path, words]).toEqual(['fields change', [before.key]]);
      expect(options).toEqual({
        ...(after.title === before.title ? {} : { title: after.title }),
        ...(after.description === before.description ? {} : { description: after.description }),
        ...(String(after.choices) === String(before.choices) ? {} : { choice: after.choices }),
        ...(String(after.appliesTo) === String(before.appliesTo) ? {} : { for: after.appliesTo }),
        default: isTakenAway ? false : 'will be',
        ...(after.isForAdministrators === before.isForAdministrators
          ? {}
          : { administrators: after.isForAdministrators }),
      });
    }),
    { numRuns: 60 },
  );
});

test('AG-6, GT-2: the lines that a site form copies add and change the site as the form says', () => {
  const site = asSite({
    ...{ id: '1', orgId: '2', name: '-north', location: '', timezone: 'UTC' },
    ...{ contactEmail: 'a@example.test', relayDeviceId: null, etag: '' },
  });
  const draft = { name: 'North', location: "at the 'dock'", timezone: 'Europe/Berlin', contact: '' };

  expect(read(createSiteLine(site.orgId, draft))).toEqual({
    ...{ path: 'sites create', words: ['North'] },
    options: { org: '2', location: draft.location, timezone: 'Europe/Berlin' },
  });
  expect(read(changeSiteLine(site, draft))).toEqual({
    ...{ path: 'sites change', words: ['-north'] },
    options: {
      ...{ name: 'North', location: draft.location, timezone: 'Europe/Berlin' },
      contact: false,
      org: '2',
    },
  });

  const [relay] = fc.sample(anId, 1) as [NonNullable<Parameters<typeof relayLine>[1]>];
  expect(read(relayLine(site, relay))).toEqual({
    ...{ path: 'sites relay', words: ['-north', relay], options: { org: '2' } },
  });
  expect(read(relayLine(asSite({ ...site, relayDeviceId: relay }), null)).words).toEqual([
    '-north',
    undefined,
  ]);
  expect(relayLine(site, null)).toBeUndefined();
});
