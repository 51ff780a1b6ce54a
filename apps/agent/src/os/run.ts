/** How long a program of the system may take. */
const WITHIN_MS = 60_000;
const OF_THE_SYSTEM = '/usr/sbin:/usr/bin:/sbin:/bin';
/** Whatever the agent was started with. On a Mac people own /usr/local: what lies there must not run as root. */
const SAFE_PATH =
  process.platform === 'darwin' ? OF_THE_SYSTEM : `${OF_THE_SYSTEM}:/usr/local/sbin:/usr/local/bin:/snap/bin`;

/**
 * Standard output of a program of the system, or undefined where there is none of that name. Throws when it fails,
 * unless its code is part of what it says.
 */
export async function run(
  words: readonly [string, ...string[]],
  { anyCode = false } = {},
): Promise<string | undefined> {
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
  if (code !== 0 && !anyCode)
    throw new Error(`${name} ended with ${code}: ${complaint.trim().slice(0, 200)}`);
  return output;
}
