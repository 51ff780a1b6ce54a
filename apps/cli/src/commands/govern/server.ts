import { AgentPlatform } from '@muster/contracts';
import type { Command } from 'commander';
import { readStandardInput } from '../../ask.ts';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import { openSession } from '../../session.ts';

type Json = { json?: boolean };
type Status = Awaited<ReturnType<Client['system']['status']>>;

/** `muster server`: where the server listens, where agents dial, and which agents it can hand out. */
export function addServer(program: Command): void {
  const server = program.command('server').description('state and addresses of the server');
  server
    .command('status')
    .description('show version, addresses, warnings and agent builds')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      const status = await client.system.status();
      output.record(status, [
        ['version', status.version],
        ['installation', status.installationId],
        ['started', status.startedAt],
        ['console', status.consoleAddresses.join(', ')],
        ['agents dial', status.gatewayAddresses.join(', ')],
        ['TLS', status.tls],
        ['agent builds', buildsOf(status)],
        ...status.warnings.map(({ message }) => ['warning', message] as const),
      ]);
    });
  addAddresses(server);
  server
    .command('prepare-build <platform>')
    .description('make the agent build of a platform, such as linux-arm64')
    .option('--json', 'print JSON')
    .action(async (wanted: string, options: Json) => {
      const { client, output } = openSession(options);
      const build = await client.system.prepareAgentBuild({ platform: readPlatform(wanted) });
      output.item(build, `The agent for ${build.platform} is ${build.state}.`);
    });
}

function addAddresses(server: Command): void {
  server
    .command('listen <address>')
    .description('listen on a further address without a restart, with TLS')
    .option('--json', 'print JSON')
    .action(async (address: string, options: Json) => {
      const { client, output } = openSession(options);
      const now = await client.system.listen({ address });
      output.item(now, `The console is at ${now.consoleAddresses.join(', ')} now.`);
    });
  server
    .command('gateways <address...>')
    .description('tell agents where to dial from now on: host:port, all of them')
    .option('--root-key-stdin', 'read the root key from standard input, where the server does not have it')
    .option('--json', 'print JSON')
    .action(async (addresses: string[], options: Json & { rootKeyStdin?: boolean }) => {
      const { client, output } = openSession(options);
      const rootKey = options.rootKeyStdin ? (await readStandardInput('the root key')).trim() : undefined;
      const published = await client.system.publishGateways({ addresses, rootKey });
      output.item(published, `Agents dial ${published.addresses.join(', ')} from now on.`);
    });
}

/** “linux-amd64 ready, …”. */
const buildsOf = ({ agentBuilds }: Status): string =>
  agentBuilds.map(({ platform, state }) => `${platform} ${state}`).join(', ');

function readPlatform(word: string): AgentPlatform {
  const platform = AgentPlatform.safeParse(word);
  if (platform.success) return platform.data;
  throw new Failure(
    EXIT.usage,
    `There is no agent for ${word}; there is one for ${AgentPlatform.options.join(', ')}.`,
  );
}
