type Stop = () => Promise<void>;

const open = new Set<Stop>();

/** Remembers how something that was started ends, so that an interrupted benchmark ends it too; it ends once. */
export function endsWith(stop: Stop): Stop {
  let ending: Promise<void> | undefined;
  const once = () => {
    open.delete(once);
    ending ??= stop();
    return ending;
  };
  open.add(once);
  return once;
}

/** Ends everything that still runs, what was started last first. */
export async function endEverything(): Promise<void> {
  for (const stop of [...open].reverse()) await stop().catch(() => undefined);
}
