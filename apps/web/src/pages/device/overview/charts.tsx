import { useState } from 'react';
import type { ChartsProps } from './charts-props.ts';
import classes from './overview.module.css';
import { TimeChart } from './time-chart.tsx';

const CHARTS = [
  { title: 'CPU', unit: 'percent', most: 100, lines: [{ metric: 'cpu', label: 'busy' }] },
  {
    title: 'Memory',
    unit: 'bytes',
    most: 'memory.total',
    lines: [{ metric: 'memory.used', label: 'in use' }],
  },
  {
    title: 'Disk',
    unit: 'bytes/s',
    lines: [
      { metric: 'disk.read', label: 'read' },
      { metric: 'disk.written', label: 'written' },
    ],
  },
  {
    title: 'Network',
    unit: 'bits/s',
    lines: [
      { metric: 'network.received', label: 'received' },
      { metric: 'network.sent', label: 'sent' },
    ],
  },
] as const;

/** Four charts that share cursor and range. */
export default function Charts({ frame, fromS, toS, marks, onZoom }: ChartsProps) {
  const [at, setAt] = useState<number>();
  return (
    <div className={classes.charts}>
      {CHARTS.map((chart) => {
        const most = 'most' in chart ? chart.most : undefined;
        const limit = typeof most === 'string' ? lastOf(frame.columns[most]) : most;
        return (
          <TimeChart
            key={chart.title}
            title={chart.title}
            unit={chart.unit}
            lines={chart.lines}
            {...{ frame, fromS, toS, marks, limit, onZoom, at }}
            onMove={setAt}
          />
        );
      })}
    </div>
  );
}

function lastOf(values: readonly (number | null)[] | undefined): number | undefined {
  return values?.findLast((value) => value !== null) ?? undefined;
}
