import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestGateway } from './test-gateway.ts';

const MAIN = join(import.meta.dir, '..', 'main.ts');

/** A real agent: the program itself, in a process and a state folder of its own. */
export class AgentProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'muster-agent-'));
  #process: Bun.Subprocess<'ignore', 'ignore', 'pipe'> | undefined;
  #log = '';

  constructor(
    readonly gateway: TestGateway,
    readonly program: readonly string[] = [process.execPath, MAIN],
  ) {}

  /** Runs a command of the program to its end. */
  async command(words: readonly string[], environment: Record<string, string> = {}) {
    const done = Bun.spawn([...this.program, ...words, '--state', this.folder], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [stdout, stderr] = await Promise.all([done.stdout.text(), done.stderr.text()]);
    return { code: await done.exited, stdout, stderr };
  }

  enrol(token = 'right', ...words: string[]) {
    const server = `http://127.0.0.1:${this.gateway.consolePort}`;
    return this.command(['enrol', '--server', server, ...words], { MUSTER_TOKEN: token });
  }

  start(): void {
    const child = Bun.spawn([...this.program, 'run', '--state', this.folder], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
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

  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Ends it by a signal and returns the exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | undefined> {
    this.#process?.kill(signal);
    const code = await this.#process?.exited;
    this.#process = undefined;
    return code;
  }

  async dispose(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Resolves when the condition holds; rejects, saying what was waited for, when it does not in time. */
export async function until(what: string, isSo: () => boolean, withinMs = 90_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await Bun.sleep(20);
  }
}
