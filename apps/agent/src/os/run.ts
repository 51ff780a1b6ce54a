/** How long a program of the system may take. */
const WITHIN_MS = 60_000;
/** Programs of the system alone, whatever the agent was started with. */
const SAFE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin';

/** Standard output of a program of the system, or undefined where there is none of that name. Throws when it fails. */
export async function run(words: readonly [string, ...string[]]): Promise<string | undefined> {
  const [name, ...rest] = words;
  const program = Bun.which(name, { PATH: SAFE_PATH });
  if (program === null) return undefined;
  const child = Bun.spawn([program, ...rest], {
    env: { PATH: SAFE_PATH, LC_ALL: 'C.UTF-8', HOME: '/root' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: WITHIN_MS,
  });
  const [output, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  const code = await child.exited;
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${complaint.trim().slice(0, 200)}`);
  return output;
}
