import type { AuditRow } from '@muster/contracts';
import { IconCircleCheckFilled, IconEraser, IconSquareXFilled } from '@tabler/icons-react';
import { StateMark } from '../../parts/state-mark.tsx';

const DONE = { word: 'Done', tone: 'good', Shape: IconCircleCheckFilled };
const ERASED = { word: 'Erased', tone: 'quiet', Shape: IconEraser };

/** Whether it was done or refused, as colour, shape and word. */
export function OutcomeMark({ row: { content } }: { row: AuditRow }) {
  if (!content) return <StateMark look={ERASED} />;
  const times = content.count > 1 ? ` ${content.count}×` : '';
  if (content.success) return <StateMark look={{ ...DONE, word: `Done${times}` }} />;
  return <StateMark look={{ word: `Refused${times}`, tone: 'bad', Shape: IconSquareXFilled }} />;
}
