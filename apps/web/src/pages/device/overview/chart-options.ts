import type { RefObject } from 'react';
import uPlot from 'uplot';
import { formatValue } from '../../../parts/format.ts';
import { LEAST_S } from './chart-keys.ts';
import type { ChartLine } from './chart-line.ts';
import type { Mark } from './use-marks.ts';

/** What changes from drawing to drawing. */
export type Live = {
  readonly fromS: number;
  readonly toS: number;
  readonly marks: readonly Mark[];
  readonly limit: number | undefined;
};

type ChartWishes = {
  readonly lines: readonly ChartLine[];
  readonly unit: string;
  readonly live: RefObject<Live>;
  readonly onUnder: (index: number | null) => void;
  readonly onZoom: (fromS: number, toS: number) => void;
  readonly height: number;
};

/** All charts of a page follow one cursor. */
const SYNC = 'device';
const MIN_TOP = 1;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** How a chart looks and what it tells back. */
export function chartOptions({ lines, unit, live, onUnder, onZoom, height }: ChartWishes): uPlot.Options {
  const inks = [colour('--muster-accent'), colour('--muster-second')];
  const axis = {
    stroke: colour('--muster-quiet'),
    grid: { stroke: colour('--muster-line'), width: 1 },
    ticks: { show: false },
    font: "11px 'Inter Variable', sans-serif",
  };
  return {
    width: 300,
    height,
    // Half of the last time label stands beyond the end.
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: SYNC },
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
    },
    scales: {
      x: { time: true, range: () => [live.current.fromS, live.current.toS] },
      y: { range: (_, __, most) => [0, live.current.limit ?? Math.max(MIN_TOP, (most ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, size: 24, gap: 2, space: 46, values: (_, splits) => timeLabels(splits) },
      {
        ...axis,
        size: 66,
        gap: 4,
        space: 36,
        ...(unit.startsWith('bytes') ? { incrs: BINARY_STEPS } : {}),
        values: (_, splits) => splits.map((value) => formatValue(value, unit)),
      },
    ],
    series: [
      {},
      ...lines.map(({ label }, index) => ({
        label,
        stroke: inks[index] ?? '',
        width: 1.5,
        // Told apart by more than their colours, which many people see as one.
        ...(index === 0 ? { fill: `${inks[0]}1f` } : { dash: [6, 3] }),
        points: { show: false },
      })),
    ],
    hooks: {
      ready: [(chart) => chart.over.addEventListener('mousedown', () => drawn.add(chart))],
      setSelect: [(chart) => zoomToDrawn(chart, onZoom)],
      setCursor: [(chart) => onUnder(chart.cursor.idx ?? null)],
      draw: [(chart) => drawMarks(chart, live.current.marks)],
    },
  };
}

/** Where the pointer went down: the other charts follow it, and are not meant. */
const drawn = new WeakSet<uPlot>();
/** A click is no stretch of time. */
const LEAST_PIXELS = 8;

function zoomToDrawn(chart: uPlot, onZoom: ChartWishes['onZoom']): void {
  const { left, width } = chart.select;
  if (width === 0) return;
  const isMeant = drawn.delete(chart) && width >= LEAST_PIXELS;
  const [from, to] = [chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')];
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (isMeant) onZoom(from, Math.max(to, from + LEAST_S));
}

/** Powers of two and their halves, so that bytes fall on whole KiB and GiB. */
const BINARY_STEPS = Array.from({ length: 50 }, (_, power) => 2 ** power);

/** A dashed line with its name for each thing that happened. */
function drawMarks(chart: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = chart;
  const scale = uPlot.pxRatio;
  ctx.save();
  ctx.strokeStyle = colour('--muster-quiet');
  ctx.fillStyle = colour('--muster-quiet');
  ctx.lineWidth = scale;
  ctx.setLineDash([3 * scale, 3 * scale]);
  ctx.font = `${10 * scale}px 'Inter Variable', sans-serif`;
  for (const { atS, label } of marks) {
    const x = Math.round(chart.valToPos(atS, 'x', true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const isNearEnd = x + ctx.measureText(label).width > bbox.left + bbox.width;
    ctx.textAlign = isNearEnd ? 'right' : 'left';
    ctx.fillText(label, x + (isNearEnd ? -4 : 4) * scale, bbox.top + 10 * scale);
  }
  ctx.restore();
}

const DAY_S = 86_400;
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DATE = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Times of day; the date where a tick is the first of its day, and where ticks are days apart. */
function timeLabels(splits: readonly number[]): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  return splits.map((at) => {
    const isMidnight = new Date(at * 1000).getHours() === 0 && new Date(at * 1000).getMinutes() === 0;
    return (step >= DAY_S || isMidnight ? DATE : TIME).format(at * 1000);
  });
}
