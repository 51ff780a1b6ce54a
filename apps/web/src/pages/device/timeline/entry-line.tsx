import type { TimelineEntry } from '@muster/contracts';
import {
  IconAlertTriangleFilled,
  IconCircle,
  IconCircleCheckFilled,
  IconSquareXFilled,
} from '@tabler/icons-react';
import { formatAbsolute } from '../../../parts/format.ts';
import partClasses from '../../../parts/parts.module.css';
import { KindMark } from './kind-mark.tsx';
import { PathLink } from './path-link.tsx';
import classes from './timeline.module.css';

const TONES = {
  good: { word: 'good', Shape: IconCircleCheckFilled },
  warning: { word: 'a warning', Shape: IconAlertTriangleFilled },
  bad: { word: 'bad', Shape: IconSquareXFilled },
} as const;

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** One thing that happened: when, of which kind, what, and who did it. */
export function EntryLine({ entry }: { entry: TimelineEntry }) {
  const { at, kind, title, detail, tone, actor, link } = entry;
  const moment = Date.parse(at);
  return (
    <li className={classes.entry} data-entry tabIndex={-1}>
      <time className={classes.time} dateTime={at} title={formatAbsolute(moment)}>
        {CLOCK.format(moment)}
      </time>
      <KindMark kind={kind} />
      <Tone tone={tone} />
      <div className={classes.words}>
        <span className={classes.title}>
          {link === null ? title : <PathLink path={link}>{title}</PathLink>}
          {actor !== null && <span className={classes.actor}>by {actor}</span>}
        </span>
        {detail !== '' && <span className={classes.detail}>{detail}</span>}
      </div>
    </li>
  );
}

function Tone({ tone }: { tone: TimelineEntry['tone'] }) {
  if (tone === null) return <IconCircle className={classes.tone} size={14} aria-hidden />;
  const { word, Shape } = TONES[tone];
  return (
    <span className={classes.tone} data-tone={tone}>
      <Shape size={14} aria-hidden />
      <span className={partClasses.hiddenText}>{word}:</span>
    </span>
  );
}
