import type { User } from '@muster/contracts';
import { IconCircleFilled, IconClockFilled, IconLockFilled } from '@tabler/icons-react';
import { StateMark } from '../../parts/state-mark.tsx';

const LOOKS = {
  active: { word: 'Active', tone: 'good', Shape: IconCircleFilled },
  invited: { word: 'Invited', tone: 'warn', Shape: IconClockFilled },
  disabled: { word: 'Disabled', tone: 'bad', Shape: IconLockFilled },
} as const;

/** Colour, shape and word of a person's state. */
export function PersonState({ state }: { state: User['state'] }) {
  return <StateMark look={LOOKS[state]} />;
}
