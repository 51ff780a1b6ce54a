import { parseArgs } from 'node:util';
import { access } from './benches/access.ts';
import { audit } from './benches/audit.ts';
import { authorise } from './benches/authorise.ts';
import { coldstart } from './benches/coldstart.ts';
import { commands } from './benches/commands.ts';
import { devicesList } from './benches/devices-list.ts';
import { enrolment } from './benches/enrolment.ts';
import { footprint } from './benches/footprint.ts';
import { groups } from './benches/groups.ts';
import { inventory } from './benches/inventory.ts';
import { presence } from './benches/presence.ts';
import { query } from './benches/query.ts';
import { storm } from './benches/storm.ts';
import { swarm } from './benches/swarm.ts';
import { timeline } from './benches/timeline.ts';
import { endEverything } from './ending.ts';
import { createReport, type Report } from './measure/report.ts';

// `npm run bench -- NAME [options]`: figures as one JSON object a line, and exit code 1 when one does not hold.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean', default: false },
    agents: { type: 'string' },
    minutes: { type: 'string' },
    devices: { type: 'string' },
    packages: { type: 'string' },
    samples: { type: 'string' },
    runs: { type: 'string' },
    rows: { type: 'string' },
    events: { type: 'string' },
    warm: { type: 'string' },
  },
});

type Bench = { readonly about: string; readonly run: (report: Report) => Promise<void> };

const BENCHES: Readonly<Record<string, Bench>> = {
  swarm: {
    about: 'check-in time and server memory with --agents 15000 connected, over --minutes 3',
    run: (report) => swarm(report, { agents: count('agents', 15_000), minutes: count('minutes', 3) }),
  },
  storm: {
    about: '--agents 15000 cut at once: until all are back, and the console meanwhile',
    run: (report) => storm(report, { agents: count('agents', 15_000) }),
  },
  presence: {
    about: '--agents 500 cut, paused, stopped, with clocks that jump: how late each state shows',
    run: (report) => presence(report, { agents: count('agents', 500) }),
  },
  commands: {
    about: '--agents 1000 acknowledge a command each; from click to acknowledgement of one',
    run: (report) => commands(report, { agents: count('agents', 1_000) }),
  },
  audit: {
    about: 'what an audit row adds to --samples 2000 changes, until it is proven; verifying --rows 1000000',
    run: (report) => audit(report, { samples: count('samples', 2_000), rows: count('rows', 1_000_000) }),
  },
  authorise: {
    about:
      'from a token to rights, with 1,000 people at 200 sites each, --samples 2000 for sessions and keys',
    run: (report) => authorise(report, { samples: count('samples', 2_000) }),
  },
  enrolment: {
    about: '--agents 2000 that enrol by one token, 32 at a time',
    run: (report) => enrolment(report, { agents: count('agents', 2_000) }),
  },
  access: {
    about: 'what `authorise` and `audit` measure, and what row-level security costs lists, in one run',
    run: (report) => access(report, accessSizes()),
  },
  coldstart: {
    about: 'from a fresh data folder to the console, --runs 5',
    run: (report) => coldstart(report, { runs: count('runs', 5) }),
  },
  footprint: {
    about:
      'the agent in three states beside its peers: --warm 10, --minutes 5; growth is told of an hour or more',
    run: (report) => footprint(report, { warm: count('warm', 10), measured: count('minutes', 5) }),
  },
  query: {
    about: '40 questions to --devices 50000 with 200 packages each, --samples 20 of each',
    run: (report) =>
      query(report, {
        devices: count('devices', 50_000),
        packages: count('packages', 200),
        samples: count('samples', 20),
      }),
  },
  groups: {
    about: '500 smart groups over --devices 20000: one changed fact, --samples 1000, and 1,000 a second',
    run: (report) => groups(report, { devices: count('devices', 20_000), samples: count('samples', 1_000) }),
  },
  inventory: {
    about: 'what telling it costs an unchanged machine, --runs 20; storing those of --devices 200',
    run: (report) =>
      inventory(report, {
        runs: count('runs', 20),
        devices: count('devices', 200),
        packages: count('packages', 500),
      }),
  },
  timeline: {
    about: 'pages of one device to which --events 1000000 happened, --samples 100 of each',
    run: (report) => timeline(report, { events: count('events', 1_000_000), samples: count('samples', 100) }),
  },
  'devices-list': {
    about: 'first pages of --devices 50000 by every filter and order, --samples 20 of each',
    run: (report) =>
      devicesList(report, { devices: count('devices', 50_000), samples: count('samples', 20) }),
  },
};

function accessSizes() {
  return {
    samples: count('samples', 2_000),
    rows: count('rows', 1_000_000),
    devices: count('devices', 50_000),
  };
}

type CountName =
  | 'agents'
  | 'packages'
  | 'minutes'
  | 'devices'
  | 'samples'
  | 'runs'
  | 'rows'
  | 'events'
  | 'warm';

function count(name: CountName, fallback: number): number {
  const value = Number(values[name] ?? fallback);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a whole number above 0`);
}

async function main(): Promise<number> {
  if (values.list) {
    for (const [name, { about }] of Object.entries(BENCHES)) console.log(`${name.padEnd(14)}${about}`);
    return 0;
  }
  const [name = ''] = positionals;
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (!bench || positionals.length > 1) {
    process.stderr.write(`Name one benchmark of: ${Object.keys(BENCHES).join(', ')}\n`);
    return 2;
  }
  const report = createReport(name);
  await bench.run(report);
  return report.holds ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void endEverything().then(() => process.exit(130)));
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
