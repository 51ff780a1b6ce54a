/** A stretch of time: seconds since the epoch. */
type Stretch = { readonly fromS: number; readonly toS: number };

type Shown = Stretch & {
  /** Moments that have values, in their order. */
  readonly times: readonly number[];
  /** The moment that was looked at until now; undefined for none. */
  readonly at: number | undefined;
};

/** Where a key leads: to another moment, to none, or to another stretch of time. */
type Reached = { readonly at: number | undefined } | { readonly zoom: Stretch };

/** Nobody looks closer than this: values of a minute are the finest that are kept. */
export const LEAST_S = 60;
const FAR = 10;

/** What a key does on a chart; undefined for keys that mean nothing there. */
export function reachByKey(key: string, shown: Shown): Reached | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return step(shown, -1);
    case 'ArrowRight':
    case 'ArrowUp':
      return step(shown, 1);
    case 'PageDown':
      return step(shown, -FAR);
    case 'PageUp':
      return step(shown, FAR);
    case 'Home':
      return { at: shown.times[0] };
    case 'End':
      return { at: shown.times.at(-1) };
    case 'Escape':
      return shown.at === undefined ? undefined : { at: undefined };
    case '+':
    case '=':
      return { zoom: scaled(shown, 0.5) };
    case '-':
      return { zoom: scaled(shown, 2) };
    default:
      return undefined;
  }
}

/** From no moment at all, any step leads to the newest. */
function step({ times, at }: Shown, by: number): Reached {
  const last = times.length - 1;
  if (at === undefined) return { at: times[last] };
  const found = times.findIndex((time) => time >= at);
  const index = (found < 0 ? last : found) + by;
  return { at: times[Math.min(last, Math.max(0, index))] };
}

/** The moment that is looked at stays where it is on the screen; without one, the end does. */
function scaled({ fromS, toS, at = toS }: Shown, by: number): Stretch {
  const factor = Math.max(by, LEAST_S / (toS - fromS));
  return { fromS: at - (at - fromS) * factor, toS: at + (toS - at) * factor };
}
