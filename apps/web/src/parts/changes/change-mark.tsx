import { IconCircleMinus, IconCirclePlus, IconRefresh } from '@tabler/icons-react';
import { StateMark } from '../state-mark.tsx';

const LOOKS: Readonly<Record<'added' | 'removed' | 'changed', Parameters<typeof StateMark>[0]['look']>> = {
  added: { word: 'Came', tone: 'good', Shape: IconCirclePlus },
  removed: { word: 'Went', tone: 'quiet', Shape: IconCircleMinus },
  changed: { word: 'Changed', tone: 'busy', Shape: IconRefresh },
};

/** What became of something in an inventory: shape and word. */
export function ChangeMark({ change }: { change: keyof typeof LOOKS }) {
  return <StateMark look={LOOKS[change]} />;
}
