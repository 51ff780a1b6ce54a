import type { ChartFrame } from './chart-frame.ts';
import type { Mark } from './use-marks.ts';

/** What all charts of a page share. */
export type ChartsProps = {
  readonly frame: ChartFrame;
  readonly fromS: number;
  readonly toS: number;
  readonly marks: readonly Mark[];
  /** Somebody wants to look at this stretch of it: seconds since the epoch. */
  readonly onZoom: (fromS: number, toS: number) => void;
};
