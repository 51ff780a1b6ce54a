import type { AuditRow } from '@muster/contracts';
import type { ListColumn } from '../../list/list-column.ts';
import { Missing } from '../../parts/missing.tsx';
import { When } from '../../parts/when.tsx';
import listClasses from '../devices/devices.module.css';
import classes from './audit.module.css';
import { describeAction, placeText, targetText, whoText } from './audit-words.ts';
import { OutcomeMark } from './outcome-mark.tsx';

const erased = <Missing because="the content of this row was erased; its hash is left" />;

/** Columns of the audit log. */
export const AUDIT_COLUMNS: readonly ListColumn<AuditRow>[] = [
  {
    id: 'action',
    title: 'What',
    width: 190,
    grow: 1.2,
    isNarrow: true,
    cell: ({ log, index, content }) => (
      <span className={listClasses.name}>
        <a
          href={`/audit/${log}/${index}`}
          data-row-link
          className={classes.action}
          title={content ? describeAction(content.action) : 'Erased'}
        >
          {content?.action ?? 'erased'}
        </a>
        {content && (
          <span className={listClasses.whose}>
            <When at={content.at} /> · {targetText(content)}
          </span>
        )}
      </span>
    ),
    value: ({ content }) => content?.action ?? null,
  },
  {
    id: 'target',
    title: 'Of what',
    width: 170,
    grow: 1.6,
    cell: ({ content }) =>
      content ? <span title={targetText(content)}>{targetText(content)}</span> : erased,
    value: ({ content }) => content && targetText(content),
  },
  {
    id: 'who',
    title: 'Who',
    width: 130,
    isNarrow: true,
    cell: ({ content }) => (content ? whoText(content) : erased),
    value: ({ content }) => content && whoText(content),
  },
  {
    id: 'outcome',
    title: 'Outcome',
    width: 118,
    cell: (row) => <OutcomeMark row={row} />,
    value: ({ content }) => content && (content.success ? 'done' : (content.code ?? 'refused')),
  },
  {
    id: 'address',
    title: 'From',
    width: 110,
    cell: ({ content }) => content?.address ?? <Missing because="it did not come over the network" />,
    value: ({ content }) => content?.address ?? null,
  },
  {
    id: 'at',
    title: 'When',
    width: 100,
    cell: ({ content }) => (content ? <When at={content.at} /> : erased),
    value: ({ content }) => content?.at ?? null,
  },
  {
    id: 'place',
    title: 'Row',
    width: 120,
    isExtra: true,
    cell: (row) => placeText(row),
    value: (row) => placeText(row),
  },
];
