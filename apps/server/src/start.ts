import { type MusterServer, startServer } from './main.ts';
import { type Config, readConfig } from './platform/config/index.ts';
import { createLog } from './platform/log/index.ts';
import { buildConsole } from './start/build-console.ts';
import { explainFailure } from './start/explain-failure.ts';
import { type LocalAgent, startLocalAgent } from './start/local-agent.ts';
import { welcome } from './start/welcome.ts';

// What `npm start` runs: builds what is missing, starts the server and an agent for this machine, and says where it is.

type Started = { readonly server: MusterServer; readonly agent: LocalAgent | undefined };

let config: Config | undefined;
let stopping = false;
const running: { server?: MusterServer; agent?: LocalAgent } = {};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
process.on('uncaughtException', (error) => fail(error));

try {
  config = readConfig();
  const started = await start(config);
  if (stopping) await stop(0);
  else console.log(await describe(config, started));
} catch (error) {
  fail(error);
}

async function start(settings: Config): Promise<Started & { notes: string[] }> {
  const notes: string[] = [];
  await buildConsole().catch((error: unknown) => notes.push(reasonOf(error)));
  const server = await startServer(settings);
  running.server = server;
  if (!settings.localAgent) return { server, agent: undefined, notes };
  try {
    const log = createLog(settings.logLevel);
    running.agent = await startLocalAgent({ server, dataDir: settings.data, log });
  } catch (error) {
    notes.push(`There is no agent for this machine: ${reasonOf(error)}`);
  }
  return { server, agent: running.agent, notes };
}

async function describe({ data }: Config, { server, notes }: Started & { notes: string[] }): Promise<string> {
  return welcome({
    addresses: server.addresses,
    setUpToken: await server.setUpToken(),
    dataDir: data,
    notes,
  });
}

/** The agent first, so that it can say goodbye; a second signal does not wait. */
async function stop(code: number): Promise<void> {
  if (stopping) process.exit(130);
  stopping = true;
  await running.agent?.stop();
  await running.server?.stop();
  process.exit(code);
}

function fail(error: unknown): void {
  process.stderr.write(`muster: ${explainFailure(error, config)}\n`);
  if (stopping || running.server === undefined) process.exit(1);
  void stop(1);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
