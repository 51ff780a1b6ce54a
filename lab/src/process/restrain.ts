/** What no program under test may do to the machine that runs it: set its clock, reboot it, change its kernel. */
const LOST = '-sys_time,-sys_boot,-sys_module,-sys_rawio';

/**
 * The command line that starts a program under test: it dies with the thread that started it, and as root it
 * lacks the powers over this machine that no container takes from it.
 */
export function restrain(command: readonly string[]): string[] {
  const powers = process.getuid?.() === 0 ? [`--bounding-set=${LOST}`, `--inh-caps=${LOST}`] : [];
  return ['setpriv', '--pdeathsig', 'KILL', ...powers, '--', ...command];
}
