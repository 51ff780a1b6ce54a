import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconTerminal2 } from '@tabler/icons-react';
import classes from './parts.module.css';

/** A line to paste somewhere, with the button that copies it. */
export function CopyLine({ line, label }: { line: string; label: string }) {
  return (
    <div className={classes.commandLine}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line scrolls, and must do so from the keyboard too. */}
      <code tabIndex={0}>{line}</code>
      <CopyButton value={line}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : label}>
            <ActionIcon variant="subtle" color={copied ? 'green' : 'gray'} onClick={copy} aria-label={label}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}

/** Beside an action: copies the `muster` line that does the same. */
export function CopyCommand({ line }: { line: string }) {
  return (
    <CopyButton value={line}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : line} multiline maw={420}>
          <ActionIcon
            variant="subtle"
            color={copied ? 'green' : 'gray'}
            onClick={copy}
            aria-label={`Copy as command: ${line}`}
          >
            {copied ? <IconCheck size={16} /> : <IconTerminal2 size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
