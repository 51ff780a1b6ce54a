import { expect, test } from 'bun:test';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { DEVICE_FIELDS, LATER_FIELDS } from '../fixtures/device-fields.ts';
import { parse } from '../syntax/parser.ts';
import { check } from './check.ts';
import { fieldsOf } from './plan.ts';

const catalogue = createCatalogue([...DEVICE_FIELDS, ...LATER_FIELDS]);

function checked(text: string, fields = catalogue) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.errors[0]?.message}`);
  return check(parsed.value, fields);
}

function problemsOf(text: string, fields = catalogue) {
  const result = checked(text, fields);
  return result.ok ? [] : result.errors;
}

test('GT-5 every example of the sources is a query, those on later fields through fields contributed', () => {
  const examples = [
    'os == "Windows Server 2019" and patch.status == critical_missing',
    'OS==Windows AND Patch.Status==Critical_Missing',
    'os:windows and patch.critical > 0 and tag.role = server and disk.free < 10%',
    'disk.free < 10%',
    'disk["C:"].free < 10%',
    'disk.free < 10GB',
    'last_seen > 3d',
    'last_seen within 7d',
    'agent.version < 1.4',
    'ip in 10.2.0.0/16',
    'tag.role = server',
    'software "openssl" < 3.0.14',
    'custom.owner ~ "amsterdam"',
    'group = "Vulnerable servers"',
    'changed.software within 7d',
    'os in (windows, linux) and not arch = arm64',
    'os not in (macos)',
    'hostname = web-*',
    'pending_reboot = true',
    'web-01 10.2.0.7 "server 2019"',
    'tag["cost centre"] = 4711',
    'created >= 2026-01-01 and uptime > 1d12h',
  ];

  for (const text of examples) expect({ text, problems: problemsOf(text) }).toEqual({ text, problems: [] });
});

test('every example of the reference is a query', async () => {
  const reference = await Bun.file(new URL('../../GRAMMAR.md', import.meta.url)).text();
  const block = reference.split('## Examples')[1]?.split('```')[1] ?? '';
  const examples = block.split('\n').flatMap((line) => line.split(/ {4,}| {2}once /)[0] || []);

  expect(examples).toHaveLength(8);
  for (const text of examples) expect({ text, problems: problemsOf(text) }).toEqual({ text, problems: [] });
});

test('an unknown field is named with its column and the field that was meant', () => {
  expect(problemsOf('hostnam = x')).toEqual([
    {
      code: 'unknown_field',
      message: 'unknown field `hostnam` at column 1; did you mean `hostname`?',
      span: { start: 0, end: 7 },
      column: 1,
      fix: { span: { start: 0, end: 7 }, replacement: 'hostname' },
    },
  ]);
});

test('GT-5 what is wrong with a value, an operator or a form is said, with the repair where there is one', () => {
  const mistakes: readonly (readonly [string, string, string?])[] = [
    [
      'os = windws',
      '`windws` is no enum value for `os` at column 6; did you mean `windows`? Quote it',
      'windows',
    ],
    [
      'arch = arm',
      '`arm` is no enum value for `arch` at column 8; did you mean `arm64`? (it is one of x64, arm64)',
      'arm64',
    ],
    [
      'status = gone',
      '`gone` is no enum value for `presence` at column 10; it is one of online, unresponsive',
    ],
    ['cpu > 110%', '`110%` is no percent value for `cpu` at column 7; write a number from 0 to 100'],
    ['cpu > lots', '`lots` is no percent value for `cpu` at column 7'],
    ['cpu ~ 10', '`~` does not work on `cpu` at column 4; a percent takes'],
    ['hostname < a', '`<` does not work on `hostname` at column 9; a text takes'],
    ['hostname within 3d', '`within` does not work on `hostname` at column 9'],
    ['disk.free < 3d', '`3d` is no percent value for `disk.free` at column 13'],
    ['last_seen > 3', '`3` is no time value for `last_seen` at column 13; write how long ago'],
    ['last_seen = 3d', '`=` does not work on `last_seen` at column 10; a time takes a duration with'],
    ['last_seen within 2026-01-01', '`within` does not work on `last_seen` at column 10'],
    ['created > 2026-02-30', '`2026-02-30` is no time value for `created` at column 11'],
    ['ip in 10.2.0.0/33', '`10.2.0.0/33` is no ip value for `ip` at column 7; write an address'],
    ['ip = 10.2.*', '`10.2.*` is no ip value for `ip` at column 6; write `10.2.0.0/16`', '10.2.0.0/16'],
    ['ip ~ 10', '`~` does not work on `ip` at column 3'],
    ['agent.version < new', '`new` is no version value for `agent.version` at column 17'],
    ['pending_reboot = maybe', '`maybe` is no boolean value for `pending_reboot` at column 18'],
    ['uptime > 3', '`3` is no duration value for `uptime` at column 10'],
    ['hostname : "--"', '`--` is no text value for `hostname` at column 12; it holds no word'],
    [`hostname = ${'a*'.repeat(17)}`, 'there are too many wildcards at column 12; a value has at most 16'],
    ['a*'.repeat(17), 'there are too many wildcards at column 1'],
    [
      `hostname : ${'x'.repeat(257)}`,
      `\`${'x'.repeat(57)}…\` is no text value for \`hostname\` at column 12; words`,
    ],
    ['os is linux', 'nothing is asked of the field `os` at column 1; compare it, such as `os = …`', '"os"'],
    [
      'not pending_reboot',
      'nothing is asked of the field `pending_reboot` at column 5; compare it, such as `pending_reboot = true`',
      '"pending_reboot"',
    ],
    ['aa:bb:cc', 'unknown field `aa` at column 1; quote it if it is meant as text', '"aa:bb:cc"'],
    ['X:\\temp', 'unknown field `X` at column 1; quote it', '"X:\\\\temp"'],
    ['tag = server', '`tag` at column 1; it needs a key, such as `tag.name`'],
    ['hostname["a"] = b', '`hostname` at column 1; it has no instances to select'],
    [
      'disk.free["C:"] < 1%',
      '`disk.free` at column 1; it takes its selector before the last part of its name',
    ],
    ['hostname "x" = b', '`hostname` at column 1; it takes no quoted text before the comparison'],
    ['patch.critical = 99999999999999999', '`99999999999999999` is no number value'],
    ['zzz.yyy = 1', 'unknown field `zzz.yyy` at column 1; quote it if it is meant as text'],
  ];

  for (const [text, message, replacement] of mistakes) {
    const [problem] = problemsOf(text);
    expect(`${text} → ${problem?.message ?? ''}`).toStartWith(`${text} → ${message}`);
    expect(problem?.fix?.replacement).toBe(replacement as string);
  }
});

test('all problems of a query are reported at once, but no more than twenty', () => {
  expect(problemsOf('a = 1 and b = 2 or not c = 3').map(({ column }) => column)).toEqual([1, 11, 24]);
  expect(problemsOf(`${'nix=1 '.repeat(400)}`)).toHaveLength(20);
});

test('free text without a field to search is refused', () => {
  const bare = createCatalogue(DEVICE_FIELDS.map((field) => ({ ...field, freeText: false })));

  expect(problemsOf('web', bare)[0]).toMatchObject({ code: 'no_free_text', column: 1 });
});

test('GT-5 a plan says which fields decide it, so that their authority can be judged', () => {
  const result = checked('os = "Windows Server 2019" and not (tag.role = server or web)');
  if (!result.ok) throw new Error('not checked');

  const authorities = fieldsOf(result.value).map(({ name, authority }) => `${name} ${authority}`);

  expect(authorities).toEqual(['os.name device', 'tag operator', 'hostname device', 'site server']);
});
