import type { Glob } from './glob.ts';
import type { Network } from './ip.ts';

/** One end of a range. */
export type Bound<T> = { readonly at: T; readonly inclusive: boolean };

/** A moment: absolute (milliseconds since 1970), or so many milliseconds before the query runs. */
export type Instant = { readonly at: number } | { readonly agoMs: number };

/** What is asked of one value. Each test of a missing value is false. */
export type ValueTest =
  | { readonly type: 'known' }
  | { readonly type: 'same'; readonly values: readonly string[] }
  | { readonly type: 'same-folded'; readonly values: readonly string[] }
  | { readonly type: 'like'; readonly glob: Glob }
  | { readonly type: 'words'; readonly glob: Glob }
  | { readonly type: 'number'; readonly min?: Bound<number>; readonly max?: Bound<number> }
  | { readonly type: 'time'; readonly min?: Bound<Instant>; readonly max?: Bound<Instant> }
  | { readonly type: 'version'; readonly min?: Bound<string>; readonly max?: Bound<string> }
  | { readonly type: 'network'; readonly network: Network }
  | { readonly type: 'flag'; readonly value: boolean };

/** An instant as milliseconds since 1970. */
export function instantMs(instant: Instant, nowMs: number): number {
  return 'at' in instant ? instant.at : nowMs - instant.agoMs;
}
