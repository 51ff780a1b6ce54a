import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipReason } from '@muster/lab';
import { muster } from '../src/index.ts';
import { expectAccessible } from './open-console.ts';
import { stageConsole } from './stage.ts';

/** `muster login` with a code that is approved in a real browser. */
const reason = await skipReason('browser');
const CLI = join(import.meta.dir, '..', '..', 'apps', 'cli', 'src', 'main.ts');

describe.skipIf(reason !== undefined)('muster login', () => {
  let folder = '';
  const stage = stageConsole(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-code-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Starts it and reads the code that it shows. */
  async function beginLogin(name: string) {
    const file = join(folder, `${name}.json`);
    const program = Bun.spawn([process.execPath, CLI, 'login', '--server', stage.server.url], {
      env: { ...process.env, MUSTER_CLI_CONFIG: file },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const reader = program.stderr.getReader();
    const decoder = new TextDecoder();
    let said = '';
    while (!/code [A-Z]{4}-[A-Z]{4}\./.test(said)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`it ended: ${said}`);
      said += decoder.decode(value);
    }
    const code = /code ([A-Z]{4}-[A-Z]{4})/.exec(said)?.[1] ?? '';
    const rest = async () => {
      let text = said;
      for (let next = await reader.read(); !next.done; next = await reader.read())
        text += decoder.decode(next.value);
      return text;
    };
    return { program, file, code, said, rest };
  }

  async function typeCode(code: string): Promise<void> {
    await stage.ui.open('/device', 'Sign in a program');
    await stage.ui.page.getByRole('textbox', { name: 'Code' }).fill(code.toLowerCase());
    await stage.ui.page.getByRole('button', { name: 'See who asks' }).click();
  }

  test('AG-6, SE-5: a code that is approved in the console signs the command line in, its token for this person alone', async () => {
    const { program, file, code, said } = await beginLogin('approved');
    expect(said).toContain(`${stage.server.url}/device`);
    await typeCode(code);
    await stage.ui.page.getByText('muster on').waitFor();
    await expectAccessible(stage.ui.page, 'device login question');
    await stage.ui.page.getByRole('button', { name: 'Let it in' }).click();
    await stage.ui.page.getByText('The program is signed in as you').waitFor();
    await expectAccessible(stage.ui.page, 'device login approved');

    expect(await program.exited).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(readFileSync(file, 'utf8')) as { token: string };
    expect(said).not.toContain(token);
    const who = await muster(['whoami', '--json'], { MUSTER_CLI_CONFIG: file });
    expect(who.code).toBe(0);
  });

  test('AG-6, SE-5: a code that is refused signs nobody in, and says so', async () => {
    const { program, code, rest } = await beginLogin('refused');
    await typeCode(code);
    await stage.ui.page.getByRole('button', { name: 'Refuse' }).click();
    await stage.ui.page.getByText('The program was refused').waitFor();

    expect(await program.exited).toBe(3);
    expect(await rest()).toContain('refused in the console');
  });

  test('SE-5: a code that nobody waits for is told as such, also on a small screen', async () => {
    await stage.ui.page.setViewportSize({ width: 390, height: 844 });
    await typeCode('BBBBBBBB');
    await stage.ui.page.getByText('No program waits with this code').waitFor();
    await expectAccessible(stage.ui.page, 'device login unknown code small');
  });
});
