import type { run } from '../../run.ts';

/** What macOS is asked with: its own programs, and its folders below `root`. */
export type MacSource = {
  readonly run: typeof run;
  readonly root: string;
};

/** What `system_profiler -json` says of one thing: texts, numbers, and lists of further things. */
export type Profile = Readonly<Record<string, unknown>>;

/** The things of each kind that was asked for. */
export type Profiles = (kind: string) => readonly Profile[];

/** Asks for several kinds at once; each costs seconds. */
export async function askProfiler({ run }: MacSource, kinds: readonly string[]): Promise<Profiles> {
  const output = await run(['system_profiler', '-json', ...kinds]);
  if (output === undefined) throw new Error('this system has no system_profiler');
  return parseProfiles(output);
}

/** Reads the answer; a kind that it says nothing of has no things. */
export function parseProfiles(output: string): Profiles {
  const answer: unknown = JSON.parse(output);
  return (kind) => (isProfile(answer) ? listOf(answer, kind) : []);
}

const isProfile = (value: unknown): value is Profile =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Things below another, such as the disks of a controller. */
export function listOf(profile: Profile, name: string): readonly Profile[] {
  const value = profile[name];
  return Array.isArray(value) ? value.filter(isProfile) : [];
}

/** One thing inside another; empty where there is none. */
export function partOf(profile: Profile, name: string): Profile {
  const value = profile[name];
  return isProfile(value) ? value : {};
}

/** A text that says something; some models write numbers where others write texts. */
export function textOf(profile: Profile, name: string): string | null {
  const value = profile[name];
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text.slice(0, 500);
}

/** A number that is written as one. */
export function numberOf(profile: Profile, name: string): number | null {
  const value = profile[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : null;
}

const UNITS: Readonly<Record<string, number>> = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** `16 GB` of memory, which counts by 1024; null where no size is written. */
export function memoryOf(text: string | null): number | null {
  const [, size = '', unit = ''] = /^([\d.]+) (KB|MB|GB|TB)$/.exec(text ?? '') ?? [];
  return size === '' ? null : Math.round(Number(size) * (UNITS[unit] ?? 1));
}
