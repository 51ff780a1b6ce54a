import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconSquareXFilled,
} from '@tabler/icons-react';
import { formatBytes, formatPercent } from '../../../parts/format.ts';
import { Missing } from '../../../parts/missing.tsx';
import { StateMark } from '../../../parts/state-mark.tsx';
import { When } from '../../../parts/when.tsx';
import classes from './inventory.module.css';
import type { FieldForm } from './kinds.ts';

const LOOKS: Readonly<Record<string, Parameters<typeof StateMark>[0]['look']>> = {
  on: { word: 'On', tone: 'good', Shape: IconCircleCheckFilled },
  partly: { word: 'Partly', tone: 'warn', Shape: IconAlertTriangleFilled },
  off: { word: 'Off', tone: 'bad', Shape: IconSquareXFilled },
  unknown: { word: 'Not known', tone: 'quiet', Shape: IconCircleDashed },
  good: { word: 'Good', tone: 'good', Shape: IconCircleCheckFilled },
  failing: { word: 'Failing', tone: 'bad', Shape: IconSquareXFilled },
};

/** A field of an inventory item, as people write such a thing. */
export function FieldValue({ value, form }: { value: unknown; form: FieldForm | undefined }) {
  if (value === null || value === undefined || value === '')
    return <Missing because="the device does not say" />;
  if (Array.isArray(value) && value.length === 0) return <Missing because="it has none" />;
  switch (form) {
    case 'bytes':
      return formatBytes(Number(value));
    case 'percent':
      return formatPercent(Number(value));
    case 'moment':
      return <When at={String(value)} />;
    case 'yes-no':
      return value === true ? 'yes' : 'no';
    case 'state':
    case 'health':
      return <Look word={String(value)} />;
    case 'machine':
      return (Array.isArray(value) ? value : [value]).map((line) => (
        <span key={String(line)} className={classes.machine}>
          {String(line)}
        </span>
      ));
    default:
      return String(value);
  }
}

function Look({ word }: { word: string }) {
  const look = LOOKS[word];
  return look ? <StateMark look={look} /> : word;
}
