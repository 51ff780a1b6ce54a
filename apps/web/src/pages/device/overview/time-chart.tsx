import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type KeyboardEvent, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { live } from '../../../live/live.ts';
import { formatMoment, formatValue } from '../../../parts/format.ts';
import { Missing } from '../../../parts/missing.tsx';
import { newestOf } from './chart-frame.ts';
import { reachByKey } from './chart-keys.ts';
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
  /** The moment that the keys have led to, in whichever chart. */
  readonly at: number | undefined;
  readonly onMove: (at: number | undefined) => void;
};

const HEIGHT = 150;

/** One chart: its name, the values under the cursor or else the newest, and the lines. */
export function TimeChart(props: TimeChartProps) {
  const { title, unit, lines, frame, toS } = props;
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const target = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(measured, target);
  const [under, setUnder] = useState<number | null>(null);
  useChart(props, { target, width, onUnder: setUnder });
  const moment = under === null ? undefined : frame.times[under];
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
          {moment !== undefined && <span>{formatMoment(moment * 1_000)}</span>}
          {values.map(({ label, text }, index) => (
            <span key={label}>
              <span className={classes.swatch} data-line={index} aria-hidden />
              {label} <b>{text ?? <Missing because="nothing was recorded" />}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <div className={classes.reach}>
        <div
          ref={ref}
          className={classes.plot}
          role="img"
          aria-label={`${title}: ${spoken}`}
          style={{ height: HEIGHT }}
        />
        <Moments {...props} spoken={spoken} />
      </div>
    </figure>
  );
}

/** `spoken`: the values at the moment, in words. */
type MomentsProps = TimeChartProps & { readonly spoken: string };

/** What the pointer does on the chart, by keys; lies over it and lets the pointer through. */
function Moments({ title, frame, fromS, toS, at, spoken, onMove, onZoom }: MomentsProps) {
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const reached = reachByKey(event.key, { fromS, toS, times: frame.times, at });
    if (!reached) return;
    event.preventDefault();
    if ('zoom' in reached) onZoom(reached.zoom.fromS, Math.min(reached.zoom.toS, live.serverNow() / 1_000));
    else onMove(reached.at);
  };
  return (
    <div
      className={classes.moments}
      role="slider"
      tabIndex={0}
      aria-label={`${title}: moment`}
      aria-valuemin={Math.floor(fromS)}
      aria-valuemax={Math.ceil(toS)}
      aria-valuenow={Math.round(at ?? toS)}
      // Without a moment the newest values change each second, which nobody wants to hear.
      aria-valuetext={at === undefined ? 'the newest' : `${formatMoment(at * 1_000)}: ${spoken}`}
      onKeyDown={press}
      onBlur={() => onMove(undefined)}
    />
  );
}

type Drawing = {
  readonly target: React.RefObject<HTMLDivElement | null>;
  readonly width: number;
  readonly onUnder: (index: number | null) => void;
};

function useChart(props: TimeChartProps, { target, width, onUnder }: Drawing): void {
  const { frame, fromS, toS, marks, limit, lines, unit, at } = props;
  const scheme = useComputedColorScheme();
  const chart = useRef<uPlot>(undefined);
  // What the chart's own callbacks read when they draw; a new chart for each sample would lose the cursor.
  const current = useRef<Live>({ fromS, toS, marks, limit });
  current.current = { fromS, toS, marks, limit };
  const zoom = useEffectEvent(props.onZoom);
  const hasWidth = width > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, so another scheme needs another chart.
  useEffect(() => {
    if (!target.current || !hasWidth) return;
    const options = chartOptions({ lines, unit, live: current, onUnder, onZoom: zoom, height: HEIGHT });
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
  const isKept = useRef(false);
  // Behind the data: where the moment stands moves with them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same moment stands elsewhere once the window moved.
  useEffect(() => {
    if (at === undefined && !isKept.current) return;
    isKept.current = at !== undefined;
    const left = at === undefined ? -10 : (chart.current?.valToPos(at, 'x') ?? -10);
    chart.current?.setCursor({ left, top: at === undefined ? -10 : 0 });
  }, [at, drawn, fromS, toS, width]);
}
