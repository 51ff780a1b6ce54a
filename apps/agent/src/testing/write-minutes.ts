import { MinuteJournal } from '../journal/minute-journal.ts';

/** Writes minutes as fast as it can and says how far it got: something for a test to kill. */
const journal = new MinuteJournal(process.argv[2] ?? '');
for (let minute = 1; minute < 1_000_000; minute++) {
  journal.append({ minute, samples: 6, metrics: { metrics: [1], values: [minute] }, instances: [] });
  if (minute % 50 === 0) process.stdout.write(`${minute}\n`);
}
