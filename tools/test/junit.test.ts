import { expect, test } from 'bun:test';
import { readJunit } from './junit.ts';

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="5">
  <testsuite name="a.test.ts" file="a.test.ts" tests="4">
    <testsuite name="outer &quot;q&quot;" file="a.test.ts" line="2">
      <testcase name="works" classname="outer" time="0.1" file="a.test.ts" line="2" assertions="1" />
      <testcase name="fails &amp; &lt;b&gt;" classname="outer" time="0.1" file="a.test.ts" line="2">
        <failure type="AssertionError" message="no&#10;">no</failure>
      </testcase>
    </testsuite>
    <testcase name="a &lt;machine&gt; boots [skipped: no root]" classname="" time="0" file="a.test.ts" line="3">
      <skipped />
    </testcase>
  </testsuite>
  <testsuite name="b.test.ts" file="b.test.ts" tests="1">
    <testcase name="works" classname="" time="0.1" file="b.test.ts" line="1" />
  </testsuite>
</testsuites>`;

test('tests are counted for each file, nested or not', () => {
  const files = readJunit(report);

  expect(files.get('a.test.ts')).toMatchObject({ passed: 1, failed: ['fails & <b>'] });
  expect(files.get('b.test.ts')).toEqual({ passed: 1, failed: [], skipped: [] });
});

test('the reason for a skip is taken from the end of its title', () => {
  expect(readJunit(report).get('a.test.ts')?.skipped).toEqual([
    { title: 'a <machine> boots', reason: 'no root' },
  ]);
});

test('an empty report counts nothing', () => {
  expect(readJunit('').size).toBe(0);
});
