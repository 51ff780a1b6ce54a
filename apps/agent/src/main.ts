import { OptionsError, readOptions } from './config/options.ts';
import { thisSystem } from './os/this-system.ts';
import { enrolHere } from './service/enrol-here.ts';
import { install } from './service/install.ts';
import { runAgent } from './service/run-agent.ts';
import { printStatus } from './service/status.ts';
import { uninstall } from './service/uninstall.ts';
import { AGENT_VERSION } from './version.ts';

const USAGE = `muster-agent ${AGENT_VERSION}

  muster-agent install     enrol this machine and run as a service   (--server, --server-cert, --pin, --policy, --tag, --proxy)
  muster-agent enrol       enrol only, without a service
  muster-agent run         run in the foreground
  muster-agent status      how this agent stands   (--json)
  muster-agent uninstall   say goodbye and remove service, program and state

  The enrolment token is read from MUSTER_TOKEN or from --token-file, never from the command line.
  --state DIR keeps everything in another folder.`;

const COMMANDS = { install, enrol: enrolHere, run: runAgent, status: printStatus, uninstall };

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--version')) return say(AGENT_VERSION);
  const options = readOptions(words);
  const command = COMMANDS[options.command as keyof typeof COMMANDS];
  if (!command) {
    say(USAGE);
    return options.command === '' || options.command === 'help' ? 0 : 2;
  }
  return command(await thisSystem(), options);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`muster-agent: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof OptionsError ? 2 : 1;
}
