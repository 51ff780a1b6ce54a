import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildAgent, thisPlatform } from '../../apps/agent/src/build/build-agent.ts';

/** Nothing of the test's own environment. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

/** Compiles the agent of this machine, as users get it; a few seconds. */
export function compileAgent(folder: string): Promise<string> {
  return buildAgent({ platform: thisPlatform(), outFile: join(folder, 'muster-agent') });
}

/** A compiled agent as a process of its own with a state folder of its own; several may run on one machine. */
export class LocalAgent {
  #process: Bun.Subprocess<'ignore', 'ignore', 'pipe'> | undefined;
  #log = '';
  deviceId = '';

  constructor(
    readonly binary: string,
    readonly state: string,
  ) {
    mkdirSync(state, { recursive: true, mode: 0o700 });
  }

  /** Enrols at the console's address; throws with the agent's own words when that fails. */
  async enrol(url: string, token: string): Promise<void> {
    const { code, stderr } = await this.command(['enrol', '--server', url], { MUSTER_TOKEN: token });
    if (code !== 0) throw new Error(`not enrolled: ${stderr}`);
    this.deviceId = (await this.identity()).deviceId;
  }

  /** Runs a command of the program to its end. */
  async command(words: readonly string[], environment: Record<string, string> = {}) {
    const child = Bun.spawn([this.binary, ...words, '--state', this.state], {
      cwd: this.state,
      env: { ...ENVIRONMENT, ...environment },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { code: await child.exited, stdout, stderr };
  }

  /** Runs it; `through` is a program and its words to start it by, such as faketime. */
  start(through: readonly string[] = []): void {
    const child = Bun.spawn([...through, this.binary, 'run', '--state', this.state], {
      cwd: this.state,
      env: ENVIRONMENT,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
    });
    this.#process = child;
    const decoder = new TextDecoder();
    void (async () => {
      for await (const chunk of child.stderr) this.#log += decoder.decode(chunk, { stream: true });
    })();
  }

  /** What it wrote since it was made, over all its runs. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Ends it by a signal and waits until it is gone. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#process?.kill(signal);
    await this.#process?.exited;
    this.#process = undefined;
  }

  /** What enrolment left on its disk. */
  identity(): Promise<{ deviceId: string; deviceToken: string; gateways: string[] }> {
    return Bun.file(join(this.state, 'identity.json')).json();
  }

  /** Makes an agent that does not run dial these addresses ("host:port") instead of those it enrolled with. */
  async dial(...gateways: string[]): Promise<void> {
    const identity = { ...(await this.identity()), gateways };
    await Bun.write(join(this.state, 'identity.json'), JSON.stringify(identity));
  }
}
