import { type Options, OptionsError, readOptions } from './config/options.ts';
import { AGENT_VERSION } from './config/version.ts';
import { print, printError } from './log/print.ts';
import type { System } from './os/os.ts';
import { thisSystem } from './os/this-system.ts';

const USAGE = `muster-agent ${AGENT_VERSION}

  muster-agent install     enrol this machine and run as a service   (--server, --server-cert, --pin, --policy, --tag, --proxy)
  muster-agent enrol       enrol only, without a service
  muster-agent run         run in the foreground
  muster-agent status      how this agent stands   (--json)
  muster-agent rotate-key  take a new device key now
  muster-agent uninstall   say goodbye and remove service, program and state

  The enrolment token is read from MUSTER_TOKEN or from --token-file, never from the command line.
  --state DIR keeps everything in another folder.`;

type Command = (system: System, options: Options) => Promise<number>;

/** Loaded only when asked for: `run` stays in memory for years. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  install: async () => (await import('./service/install.ts')).install,
  enrol: async () => (await import('./service/enrol-here.ts')).enrolHere,
  run: async () => (await import('./service/run-agent.ts')).runAgent,
  inventory: async () => (await import('./inventory/collect-inventory.ts')).collectInventory,
  status: async () => (await import('./service/status.ts')).printStatus,
  'rotate-key': async () => (await import('./service/rotate-key.ts')).rotateKey,
  uninstall: async () => (await import('./service/uninstall.ts')).uninstall,
};

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--version')) return say(AGENT_VERSION);
  if (words.includes('--help') || words.includes('-h')) return say(USAGE);
  const options = readOptions(words);
  const load = Object.hasOwn(COMMANDS, options.command) ? COMMANDS[options.command] : undefined;
  if (load) return (await load())(await thisSystem(), options);
  say(USAGE);
  return options.command === '' || options.command === 'help' ? 0 : 2;
}

function say(text: string): number {
  print(text);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  printError(`muster-agent: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof OptionsError ? 2 : 1;
}
