import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Dialog } from '../../actions/dialog.tsx';
import { queries } from '../../api/client.ts';
import { CopyCommand, CopyLine } from '../../parts/copy-line.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { When } from '../../parts/when.tsx';
import classes from './audit.module.css';

type CheckpointsDialogProps = {
  readonly mayExport: boolean;
  readonly log: string | undefined;
  readonly onClose: () => void;
};

/** The newest signed checkpoints, to be kept elsewhere, and the export. */
export default function CheckpointsDialog({ mayExport, log, onClose }: CheckpointsDialogProps) {
  const read = useQuery(queries.audit.checkpoints.queryOptions());
  const items = read.data?.items.filter((item) => log === undefined || item.log === log) ?? [];
  return (
    <Dialog opened onClose={onClose} size="lg" title="Verify the audit log">
      <Stack gap="md">
        <Text size="sm">
          A checkpoint signs what the log is at one moment. Keep copies where this server cannot write: a log
          that does not continue them was tampered with.
        </Text>
        {read.isPending && <Loading lines={4} />}
        {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
        {read.isSuccess && items.length === 0 && (
          <Empty title="No checkpoint yet" text="One is signed within a second of the first row." />
        )}
        {items.map((item) => (
          <Stack key={item.log} gap={4}>
            <Text size="sm">
              {item.log === 'system' ? 'The system' : `Organisation ${item.log}`}: {item.size} rows, signed{' '}
              <When at={item.at} />
            </Text>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long note scrolls, and must do so from the keyboard too. */}
            <pre className={classes.note} tabIndex={0}>
              {item.note}
            </pre>
          </Stack>
        ))}
        {read.data && (
          <Stack gap={4}>
            <Text size="sm">The key that signs them:</Text>
            <CopyLine line={read.data.key} label="Copy the key" />
          </Stack>
        )}
        <Group gap="sm">
          <Button
            variant="default"
            disabled={items.length === 0}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() =>
              saveFile('muster-checkpoints', 'text/plain', items.map(({ note }) => note).join('\n'))
            }
          >
            Save checkpoints
          </Button>
          {mayExport && (
            <Button
              component="a"
              href={`/api/v1/audit/export${log === undefined ? '' : `?log=${log}`}`}
              download
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              Export everything
            </Button>
          )}
          <CopyCommand line={`muster audit export --output audit.ndjson${log ? ` --log ${log}` : ''}`} />
        </Group>
        <Text size="sm">Then, on any machine and without a server:</Text>
        <CopyLine
          line="muster audit verify audit.ndjson --checkpoint muster-checkpoints"
          label="Copy the line"
        />
      </Stack>
    </Dialog>
  );
}
