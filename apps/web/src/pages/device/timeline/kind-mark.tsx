import type { TimelineKind } from '@muster/contracts';
import {
  IconActivity,
  IconAdjustments,
  IconClipboardText,
  IconFingerprint,
  IconId,
  IconPackages,
  IconTerminal2,
  IconUsersGroup,
} from '@tabler/icons-react';
import classes from './timeline.module.css';
import { KIND_WORDS } from './timeline-search.ts';

const ICONS: Readonly<Record<TimelineKind, typeof IconId>> = {
  state: IconActivity,
  identity: IconFingerprint,
  record: IconId,
  inventory: IconPackages,
  command: IconTerminal2,
  group: IconUsersGroup,
  policy: IconAdjustments,
  audit: IconClipboardText,
};

/** Icon and word of a kind of entries. */
export function KindMark({ kind }: { kind: TimelineKind }) {
  const Icon = ICONS[kind];
  return (
    <span className={classes.kind}>
      <Icon size={15} stroke={1.7} aria-hidden />
      {KIND_WORDS[kind]}
    </span>
  );
}
