import { Button, Code, Table, Text } from '@mantine/core';
import type { ApiKey } from '@muster/contracts';
import { IconCircleFilled, IconClockFilled, IconLockFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { Missing } from '../../parts/missing.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { StateMark } from '../../parts/state-mark.tsx';
import { When } from '../../parts/when.tsx';
import { NamedDevice } from '../device/named-device.tsx';

const LOOKS = {
  active: { word: 'Active', tone: 'good', Shape: IconCircleFilled },
  expired: { word: 'Expired', tone: 'quiet', Shape: IconClockFilled },
  revoked: { word: 'Revoked', tone: 'bad', Shape: IconLockFilled },
} as const;

const HEAD = [
  'State',
  'Name',
  'Begins with',
  'May',
  'Bound to',
  'Proves itself by',
  'Created',
  'Expires',
  'Last used',
  '',
];

/** Keys, never their secrets. */
export function KeyTable({ keys }: { keys: readonly ApiKey[] }) {
  const [leaving, setLeaving] = useState<ApiKey>();
  return (
    <>
      <ScrollTable label="API keys" head={HEAD}>
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} onRevoke={() => setLeaving(key)} />
        ))}
      </ScrollTable>
      {leaving && <RevokeDialog apiKey={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { name, prefix, permissions, deviceId, publicKey, state, createdAt, expiresAt, lastUsedAt } = apiKey;
  return (
    <Table.Tr>
      <Table.Td>
        <StateMark look={LOOKS[state]} />
      </Table.Td>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Code>{prefix}…</Code>
      </Table.Td>
      <Table.Td maw={280}>
        {permissions === null ? 'whatever its maker may' : permissions.join(', ')}
      </Table.Td>
      <Table.Td>
        {deviceId === null ? (
          <Missing because="it is bound to no device" />
        ) : (
          <NamedDevice deviceId={deviceId} otherwise="a device" />
        )}
      </Table.Td>
      <Table.Td title={publicKey === null ? undefined : `Ed25519 public key ${publicKey}`}>
        {publicKey === null ? 'its secret' : 'a signature (Ed25519)'}
      </Table.Td>
      <Table.Td>
        <When at={createdAt} />
      </Table.Td>
      <Table.Td>
        <When at={expiresAt} />
      </Table.Td>
      <Table.Td>
        <When at={lastUsedAt} missing="it was never used" />
      </Table.Td>
      <Table.Td>
        {state === 'active' && (
          <Button size="compact-xs" variant="default" onClick={onRevoke} aria-label={`Revoke key ${name}`}>
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function RevokeDialog({ apiKey: { id: keyId, name }, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useAction({
    run: () => api.keys.revoke({ keyId }),
    said: () => ({ title: `Key ${name} is revoked` }),
    failed: () => `Could not revoke key ${name}`,
    after: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: queries.keys.key() });
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      title={`Revoke key ${name}`}
      verb="Revoke"
      isDangerous
      isBusy={revoke.isPending}
      command={`muster keys revoke ${keyId}`}
    >
      <Text size="sm">Whatever uses it is refused from its next request on. This cannot be undone.</Text>
    </ConfirmDialog>
  );
}
