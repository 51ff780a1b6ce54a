import type { Process } from '@muster/contracts';

/** One line of the task manager; `depth` is how far it is indented in the tree. */
export type ProcessLine = Process & { readonly depth: number };

type Wish = { readonly sort: string; readonly filter: string; readonly isTree: boolean };

const VALUES: Readonly<Record<string, (process: Process) => number | string>> = {
  name: ({ name }) => name.toLowerCase(),
  pid: ({ pid }) => pid,
  user: ({ user }) => user ?? '',
  cpu: ({ cpuPercent }) => cpuPercent ?? -1,
  memory: ({ memoryBytes }) => memoryBytes,
  threads: ({ threads }) => threads ?? -1,
  started: ({ startedAt }) => startedAt ?? '',
};

/** The processes that match, in the order asked for; as a tree, siblings are ordered and parents of matches stay. */
export function arrange(processes: readonly Process[], { sort, filter, isTree }: Wish): ProcessLine[] {
  const compare = comparing(sort);
  const wanted = filter.trim().toLowerCase();
  const matches = (process: Process) =>
    wanted === '' ||
    [process.name, process.command, process.user ?? '', String(process.pid)].some((text) =>
      text.toLowerCase().includes(wanted),
    );
  if (!isTree)
    return processes
      .filter(matches)
      .toSorted(compare)
      .map((process) => ({ ...process, depth: 0 }));
  return asTree(processes, matches, compare);
}

function comparing(sort: string): (left: Process, right: Process) => number {
  const value = VALUES[sort.replace(/^-/, '')] ?? VALUES.pid;
  const sign = sort.startsWith('-') ? -1 : 1;
  return (left, right) => {
    const [a, b] = [value?.(left) ?? 0, value?.(right) ?? 0];
    if (a === b) return left.pid - right.pid;
    return (a < b ? -1 : 1) * sign;
  };
}

function asTree(
  processes: readonly Process[],
  matches: (process: Process) => boolean,
  compare: (left: Process, right: Process) => number,
): ProcessLine[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  const children = Map.groupBy(processes, ({ pid, parentPid }) =>
    pids.has(parentPid) && parentPid !== pid ? parentPid : 'root',
  );
  const seen = new Set<number>();
  const walk = (parent: number | 'root', depth: number): ProcessLine[] =>
    (children.get(parent) ?? []).toSorted(compare).flatMap((process) => {
      // A parent's pid may have been given to another process since: a circle must end.
      if (seen.has(process.pid)) return [];
      seen.add(process.pid);
      const below = walk(process.pid, depth + 1);
      return matches(process) || below.length > 0 ? [{ ...process, depth }, ...below] : [];
    });
  return walk('root', 0);
}
