import type { CommandState } from '@muster/contracts';
import {
  IconAlertTriangleFilled,
  IconCancel,
  IconCircleCheckFilled,
  IconClock,
  IconLoader,
  IconSquareXFilled,
} from '@tabler/icons-react';
import { StateMark } from './state-mark.tsx';

const LOOKS: Readonly<Record<CommandState, Parameters<typeof StateMark>[0]['look']>> = {
  queued: { word: 'Queued', tone: 'quiet', Shape: IconClock },
  sent: { word: 'Sent', tone: 'busy', Shape: IconLoader },
  received: { word: 'Received', tone: 'busy', Shape: IconLoader },
  running: { word: 'Running', tone: 'busy', Shape: IconLoader },
  cancelling: { word: 'Cancelling', tone: 'busy', Shape: IconLoader },
  succeeded: { word: 'Succeeded', tone: 'good', Shape: IconCircleCheckFilled },
  failed: { word: 'Failed', tone: 'bad', Shape: IconSquareXFilled },
  refused: { word: 'Refused', tone: 'bad', Shape: IconSquareXFilled },
  expired: { word: 'Expired', tone: 'warn', Shape: IconAlertTriangleFilled },
  cancelled: { word: 'Cancelled', tone: 'quiet', Shape: IconCancel },
  interrupted: { word: 'Interrupted', tone: 'warn', Shape: IconAlertTriangleFilled },
};

/** What a state is called, wherever it is shown or asked for. */
export function commandWord(state: CommandState): string {
  return LOOKS[state].word;
}

/** Colour, shape and word of a command's state. */
export function CommandMark({ state }: { state: CommandState }) {
  return <StateMark look={LOOKS[state]} />;
}
