import { expect, test } from 'bun:test';
import { createLog } from './index.ts';

/** A log that writes into a list, as parsed lines and as text. */
function captured() {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => lines.push(line) });
  return { log, text: () => lines.join(''), last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

test('secrets are taken out at any depth, under any spelling of their name', () => {
  const { log, text } = captured();

  log.info({
    password: 'hunter2',
    deep: {
      list: [{ apiKey: 'hunter2', Authorization: 'hunter2' }],
      more: { more: { cookie: ['hunter2'] } },
    },
    headers: new Headers({ 'set-cookie': 'hunter2', 'x-enrolment-token': 'hunter2' }),
    map: new Map([['client_secret', 'hunter2']]),
  });

  expect(text()).not.toContain('hunter2');
  expect(text().match(/\[redacted\]/g)).toHaveLength(7);
});

test('what names a process, or tells of a token without being one, stays', () => {
  const { log, last } = captured();

  log.info({ startToken: '4711', tokenId: 'a', hasToken: true });

  expect(last()).toMatchObject({ startToken: '4711', tokenId: 'a', hasToken: true });
});

test('secrets are taken out of the fields of a child log and of its children', () => {
  const { log, text } = captured();
  log
    .child({ sessionToken: 'hunter2' })
    .child({ nested: { secret: 'hunter2' } })
    .info('hello');
  expect(text()).toContain('hello');
  expect(text()).not.toContain('hunter2');
});

test('secrets are taken out of an error, its cause and the texts of both', () => {
  const { log, text, last } = captured();
  const cause = Object.assign(new Error('connect postgres://muster:hunter2@db/muster'), {
    password: 'hunter2',
  });

  log.error(
    { err: new Error('refused Bearer hunter2.hunter2', { cause }) },
    'postgres://a:hunter2@b is away',
  );

  expect(text()).not.toContain('hunter2');
  expect(last().err.cause.message).toContain('connect postgres://muster:[redacted]@db/muster');
});

test('what only sounds like a secret stays readable', () => {
  const { log, last } = captured();
  log.info({ tokenId: 'one', hasPassword: true, count: 3, at: new Date(0), big: 5n });
  expect(last()).toMatchObject({
    tokenId: 'one',
    hasPassword: true,
    count: 3,
    at: '1970-01-01T00:00:00.000Z',
    big: '5',
  });
});

test('a value that contains itself is written once', () => {
  const { log, last } = captured();
  const loop: Record<string, unknown> = { name: 'loop' };
  loop.self = loop;
  log.info({ loop });
  expect(last().loop).toEqual({ name: 'loop', self: '[circular]' });
});
