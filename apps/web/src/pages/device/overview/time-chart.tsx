import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { formatValue } from '../../../parts/format.ts';
import { Missing } from '../../../parts/missing.tsx';
import { newestOf } from './chart-frame.ts';
import type { ChartLine } from './chart-line.ts';
import { chartOptions, type Live } from './chart-options.ts';
import type { ChartsProps } from './charts-props.ts';
import classes from './overview.module.css';

type TimeChartProps = ChartsProps & {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  /** The value that is full; the axis ends there. */
  readonly limit: number | undefined;
};

const HEIGHT = 150;

/** One chart: its name, the values under the cursor or else the newest, and the lines. */
export function TimeChart(props: TimeChartProps) {
  const { title, unit, lines, frame, toS } = props;
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const target = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(measured, target);
  const [under, setUnder] = useState<number | null>(null);
  useChart(props, target, width, setUnder);
  const values = lines.map(({ metric, label }) => {
    const value = under === null ? newestOf(frame, metric, toS) : frame.columns[metric]?.[under];
    return { label, text: value === null || value === undefined ? undefined : formatValue(value, unit) };
  });
  const spoken = values.map(({ label, text }) => `${label} ${text ?? 'not recorded'}`).join(', ');
  return (
    <figure className={classes.chart} aria-label={`${title} over time`}>
      <figcaption className={classes.caption}>
        <h2 className={classes.chartTitle}>{title}</h2>
        <span className={classes.values}>
          {values.map(({ label, text }, index) => (
            <span key={label}>
              <span className={classes.swatch} data-line={index} aria-hidden />
              {label} <b>{text ?? <Missing because="nothing was recorded" />}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <div
        ref={ref}
        className={classes.plot}
        role="img"
        aria-label={`${title}: ${spoken}`}
        style={{ height: HEIGHT }}
      />
    </figure>
  );
}

function useChart(
  props: TimeChartProps,
  target: React.RefObject<HTMLDivElement | null>,
  width: number,
  onUnder: (index: number | null) => void,
): void {
  const { frame, fromS, toS, marks, limit, lines, unit } = props;
  const scheme = useComputedColorScheme();
  const chart = useRef<uPlot>(undefined);
  // What the chart's own callbacks read when they draw; a new chart for each sample would lose the cursor.
  const current = useRef<Live>({ fromS, toS, marks, limit });
  current.current = { fromS, toS, marks, limit };
  const hasWidth = width > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, so another scheme needs another chart.
  useEffect(() => {
    if (!target.current || !hasWidth) return;
    const options = chartOptions({ lines, unit, live: current, onUnder, height: HEIGHT });
    const made = new uPlot(options, [[], ...lines.map(() => [])], target.current);
    chart.current = made;
    return () => {
      chart.current = undefined;
      made.destroy();
    };
  }, [scheme, hasWidth, lines, unit, target, onUnder]);
  const drawn = useMemo(
    () =>
      [
        frame.times,
        ...lines.map(({ metric }) => frame.columns[metric] ?? []),
      ] as unknown as uPlot.AlignedData,
    [frame, lines],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: window, marks and limit are read through `current` while drawing.
  useEffect(() => {
    if (hasWidth) chart.current?.setSize({ width, height: HEIGHT });
    chart.current?.setData(drawn);
  }, [drawn, fromS, toS, marks, limit, width, hasWidth, scheme]);
}
