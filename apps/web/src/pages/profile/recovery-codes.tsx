import { Button, Checkbox, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { Dialog } from '../../actions/dialog.tsx';
import { saveFile } from '../../parts/save-file.ts';
import classes from './profile.module.css';

type RecoveryCodesProps = { readonly codes: readonly string[]; readonly onClose: () => void };

/** Shows new recovery codes, this once; goes away only when they are said to be stored. */
export function RecoveryCodes({ codes, onClose }: RecoveryCodesProps) {
  const [isStored, setStored] = useState(false);
  const text = codes.join('\n');
  return (
    <Dialog
      opened
      onClose={onClose}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title="Keep your recovery codes"
    >
      <Stack gap="md">
        <Text size="sm">
          Each lets you in once, when your phone or key is lost. They are shown now and never again; codes
          that you had before are worthless.
        </Text>
        <ul className={classes.codes} aria-label="Recovery codes">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => saveFile('muster-recovery-codes.txt', 'text/plain', `${text}\n`)}
          >
            Download
          </Button>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button variant="default" leftSection={<IconCopy size={16} aria-hidden />} onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Checkbox
          label="I stored them where I find them without my phone"
          checked={isStored}
          onChange={(event) => setStored(event.currentTarget.checked)}
        />
        <Button disabled={!isStored} onClick={onClose}>
          Done
        </Button>
      </Stack>
    </Dialog>
  );
}
