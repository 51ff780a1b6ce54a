import { Command, type CommanderError } from 'commander';
import { version } from '../package.json' with { type: 'json' };
import { addFactors } from './commands/account/factors.ts';
import { addLogin } from './commands/account/login.ts';
import { addPassword } from './commands/account/password.ts';
import { addSessions } from './commands/account/sessions.ts';
import { addCommands } from './commands/commands.ts';
import { addCompletion } from './commands/completion.ts';
import { addConnections } from './commands/connections.ts';
import { addDevices } from './commands/fleet/devices.ts';
import { addFields } from './commands/fleet/fields.ts';
import { addGroups } from './commands/fleet/groups.ts';
import { addPolicies } from './commands/fleet/policies.ts';
import { addQuery } from './commands/fleet/query.ts';
import { addSites } from './commands/fleet/sites.ts';
import { addTags } from './commands/fleet/tags.ts';
import { addViews } from './commands/fleet/views.ts';
import { addAdmin } from './commands/govern/admin.ts';
import { addApprovals } from './commands/govern/approvals.ts';
import { addAudit } from './commands/govern/audit.ts';
import { addKeys } from './commands/govern/keys.ts';
import { addOrganisations } from './commands/govern/organisations.ts';
import { addProviders } from './commands/govern/providers.ts';
import { addRoles } from './commands/govern/roles.ts';
import { addServer } from './commands/govern/server.ts';
import { addSettings } from './commands/govern/settings.ts';
import { addUsers } from './commands/govern/users.ts';
import { addInventory } from './commands/inventory.ts';
import { addProcesses } from './commands/processes.ts';
import { addSoftware } from './commands/software.ts';
import { addTimeline } from './commands/timeline.ts';
import { addTokens } from './commands/tokens.ts';
import { EXIT, EXIT_CODES, Failure } from './failure.ts';
import { print } from './output.ts';

/** What a misuse of the command line is told as: the word that is wrong, and whose help says what is right. */
export function misused(program: Command, words: readonly string[], error: CommanderError): Failure {
  if (error.code === 'commander.help') return new Failure(EXIT.usage, 'Say which command, of those above.');
  const path: Command[] = [program];
  for (const word of words) {
    const next = path.at(-1)?.commands.find((one) => one.name() === word);
    if (next) path.push(next);
  }
  const what = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  const command = path.map((one) => one.name()).join(' ');
  return new Failure(EXIT.usage, `${what}. \`${command} --help\` says what it takes.`);
}

/** The whole command line, in the order that `--help` shows. */
export function createProgram(): Command {
  const program = new Command('muster')
    .description(
      'The command-line console of Muster. It reads the same API as the web console and nothing else.',
    )
    .version(version)
    .addHelpText(
      'after',
      `\nExit codes:\n${EXIT_CODES.map(([code, means]) => `  ${code}  ${means}`).join('\n')}`,
    )
    .configureOutput({ writeOut: print, outputError: () => undefined })
    .exitOverride();
  addLogin(program);
  addSessions(program);
  addFactors(program);
  addPassword(program);
  addDevices(program);
  addViews(program);
  addInventory(program);
  addTimeline(program);
  addSoftware(program);
  addProcesses(program);
  addConnections(program);
  addCommands(program);
  addOrganisations(program);
  addSites(program);
  addTokens(program);
  addApprovals(program);
  addAudit(program);
  addUsers(program);
  addRoles(program);
  addProviders(program);
  addSettings(program);
  addServer(program);
  addGroups(program);
  addQuery(program);
  addTags(program);
  addFields(program);
  addPolicies(program);
  addKeys(program);
  addAdmin(program);
  addCompletion(program);
  return program;
}
