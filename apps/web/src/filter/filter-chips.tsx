import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { AddFilter } from './add-filter.tsx';
import classes from './filter.module.css';
import { chipsIn, withoutChip, withTerm } from './query-chips.ts';

/** The same query as chips, for people who would rather click. */
export function FilterChips({ text, onApply }: { text: string; onApply: (text: string) => void }) {
  return (
    <div className={classes.chips}>
      {chipsIn(text).map((chip) => (
        <span key={chip.text} className={classes.chip}>
          <code>{chip.text}</code>
          <ActionIcon
            size={18}
            variant="transparent"
            color="gray"
            aria-label={`Remove ${chip.text}`}
            onClick={() => onApply(withoutChip(text, chip))}
          >
            <IconX size={12} aria-hidden />
          </ActionIcon>
        </span>
      ))}
      <AddFilter onAdd={(term) => onApply(withTerm(text, term))} />
    </div>
  );
}
