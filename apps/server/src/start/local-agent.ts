import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { MusterServer } from '../main.ts';
import { nativePlatform } from '../modules/enrolment/index.ts';
import type { Logger } from '../platform/log/index.ts';

/** The agent of this very machine, as a child of the server; started again when it ends by itself. */
export interface LocalAgent {
  stop(): Promise<void>;
}

export type LocalAgentDeps = {
  readonly server: Pick<MusterServer, 'addresses' | 'builds' | 'enrolment' | 'tenancy'>;
  readonly dataDir: string;
  readonly log: Logger;
};

type Program = { readonly path: string; readonly state: string };

const AgentStatus = z.object({
  enrolled: z.boolean(),
  server: z.string().nullable(),
  processId: z.number().nullable(),
});

const TOKEN_LIFETIME_MS = 5 * 60_000;
const LEFTOVER_TIMEOUT_MS = 10_000;
const RESTART_AFTER_MS = 2_000;
const STOP_TIMEOUT_MS = 5_000;
/** Nothing of the server's own environment: it may hold the administrator's password. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Builds the agent where it is missing, enrols it in its own folder and runs it. */
export async function startLocalAgent({ server, dataDir, log }: LocalAgentDeps): Promise<LocalAgent> {
  const platform = nativePlatform();
  if (!platform) throw new Error('there is no agent for this kind of machine');
  const { path } = await server.builds.ensure(platform);
  const program = { path, state: join(dataDir, 'agent') };
  mkdirSync(program.state, { recursive: true, mode: 0o700 });
  const status = await readStatus(program);
  if (status.processId !== null) await endLeftover(status.processId);
  const url = loopbackUrl(server.addresses.consoleUrls());
  if (!status.enrolled || status.server !== url) await enrol(program, url, await createToken(server));
  return keepRunning(program, log.child({ part: 'local agent' }));
}

function loopbackUrl(urls: readonly string[]): string {
  return urls.find((url) => url.startsWith('http://localhost:')) ?? '';
}

async function readStatus(program: Program): Promise<z.infer<typeof AgentStatus>> {
  const { stdout, stderr } = await run(program, ['status', '--json']);
  const parsed = AgentStatus.safeParse(JSON.parse(stdout.trim() || 'null'));
  if (!parsed.data) throw new Error(`the agent does not tell its status: ${stderr.trim() || stdout.trim()}`);
  return parsed.data;
}

/** An agent that outlived a server that was killed. */
async function endLeftover(pid: number): Promise<void> {
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  if (isAlive()) process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + LEFTOVER_TIMEOUT_MS; isAlive() && Date.now() < deadline; )
    await Bun.sleep(50);
}

async function createToken({ enrolment, tenancy }: LocalAgentDeps['server']): Promise<string> {
  const sites = await tenancy.listSites(await tenancy.everything());
  const site = sites.find(({ name }) => name === 'main') ?? sites[0];
  if (!site) throw new Error('there is no site for this machine');
  const actor = { kind: 'system', part: 'local agent', scope: { orgIds: [site.orgId] } } as const;
  const { secret } = await enrolment.createToken(actor, {
    siteId: site.id,
    description: 'The machine that Muster itself runs on',
    uses: 1,
    expiresInMs: TOKEN_LIFETIME_MS,
    tags: {},
    needsApproval: false,
  });
  return secret;
}

async function enrol(program: Program, url: string, token: string): Promise<void> {
  const { code, stdout, stderr } = await run(program, ['enrol', '--server', url], { MUSTER_TOKEN: token });
  if (code !== 0) throw new Error(`it could not be enrolled: ${(stderr || stdout).trim()}`);
}

async function run(program: Program, words: readonly string[], environment: Record<string, string> = {}) {
  const child = Bun.spawn({
    cmd: [program.path, ...words, '--state', program.state],
    cwd: program.state,
    env: { ...ENVIRONMENT, ...environment },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, code };
}

function keepRunning(program: Program, log: Logger): LocalAgent {
  let isStopping = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = () => {
    const agent = Bun.spawn({
      cmd: [program.path, 'run', '--state', program.state],
      cwd: program.state,
      env: ENVIRONMENT,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      // Ctrl-C reaches the whole group of the terminal: the agent is told later, so that it can say goodbye.
      detached: true,
    });
    void follow(agent.stdout, (line) => log.debug(line));
    void follow(agent.stderr, (line) => passOn(log, line));
    void agent.exited.then((code) => {
      if (isStopping) return;
      log.warn({ code }, 'the local agent ended and is started again');
      timer = setTimeout(() => {
        child = start();
      }, RESTART_AFTER_MS);
    });
    return agent;
  };
  let child = start();
  return {
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await child.exited;
      clearTimeout(limit);
    },
  };
}

/** The agent writes as services do: the number in front is the syslog severity, 4 a warning and less is worse. */
function passOn(log: Logger, line: string): void {
  const [, severity = '4', text = line] = /^<(\d)>(.*)$/.exec(line) ?? [];
  log[Number(severity) <= 4 ? 'warn' : 'debug'](text);
}

async function follow(stream: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') take(line);
  }
}
