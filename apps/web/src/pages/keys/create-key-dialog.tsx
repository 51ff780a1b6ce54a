import { Alert, Button, Checkbox, Group, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { DeviceId, Permission } from '@muster/contracts';
import { useState } from 'react';
import { Dialog } from '../../actions/dialog.tsx';
import { DialogForm } from '../../actions/form-dialog.tsx';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMe } from '../../api/session.ts';
import { CopyLine } from '../../parts/copy-line.tsx';
import { DevicePicker } from '../../parts/device-picker.tsx';
import { formatAbsolute } from '../../parts/format.ts';
import { PermissionChoice } from '../roles/permission-choice.tsx';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 366;

type Draft = {
  name: string;
  /** Null: whatever its maker may. */
  permissions: Permission[] | null;
  days: number;
  deviceId: DeviceId | null;
  /** As the person pasted it; counts only with a device. */
  publicKey: string;
};

type Made = {
  readonly name: string;
  readonly secret: string;
  readonly expiresAt: string;
  readonly publicKey: string | null;
};

/** Creates a key, and shows its secret this once. */
export default function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<Made>();
  return (
    <Dialog
      opened
      onClose={onClose}
      size="xl"
      // A secret that is shown once is not to vanish by a click beside it.
      closeOnClickOutside={!made}
      title={made ? `Key ${made.name}` : 'Create an API key'}
    >
      {made ? <Secret made={made} onClose={onClose} /> : <CreateForm onMade={setMade} onClose={onClose} />}
    </Dialog>
  );
}

function Secret({ made: { secret, expiresAt, publicKey }, onClose }: { made: Made; onClose: () => void }) {
  return (
    <Stack gap="md">
      <Alert variant="default" title="This is shown once">
        Put it where the script reads it, and nowhere else. It works until{' '}
        {formatAbsolute(Date.parse(expiresAt))}.
      </Alert>
      <CopyLine line={secret} label="Copy the secret" />
      {publicKey === null ? (
        <Text size="sm">
          Send it as <code>Authorization: Bearer</code>.
        </Text>
      ) : (
        <Text size="sm">
          Alone it opens nothing: the node asks <code>/api/v1/auth/node/challenge</code> with it and signs
          what comes.
        </Text>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose}>I have stored it</Button>
      </Group>
    </Stack>
  );
}

function CreateForm({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const mine = new Set(useMe()?.permissions ?? []);
  const [draft, setDraft] = useState<Draft>({
    name: '',
    permissions: [],
    days: 90,
    deviceId: null,
    publicKey: '',
  });
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const create = useAction({
    run: ({ days, ...asked }: Draft) =>
      api.keys.create({ ...asked, publicKey: signingKey(asked), expiresInMs: days * DAY_MS }),
    said: () => null,
    failed: ({ name }) => `Could not create key ${name}`,
    after: async (answer) => {
      await queryClient.invalidateQueries({ queryKey: queries.keys.key() });
      if (answer) onMade({ ...answer.key, secret: answer.secret });
    },
  });
  const isReady = (draft.permissions === null || draft.permissions.length > 0) && !holdsSecret(draft);
  return (
    <DialogForm
      onClose={onClose}
      onSubmit={() => create.mutate(draft)}
      verb="Create"
      isReady={isReady}
      isBusy={create.isPending}
      command={commandOf(draft)}
    >
      <TextInput
        label="Name"
        description="What uses it"
        required
        maxLength={200}
        data-autofocus
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <NumberInput
        label="Days until it expires"
        required
        min={1}
        max={LONGEST_DAYS}
        allowDecimal={false}
        clampBehavior="strict"
        value={draft.days}
        onChange={(days) => change({ days: Number(days) || 1 })}
      />
      <NodeFields draft={draft} onChange={change} />
      <Checkbox
        label="Whatever I may do"
        description="Also what you may do later. Without it, choose what the key is for."
        checked={draft.permissions === null}
        onChange={(event) => change({ permissions: event.currentTarget.checked ? null : [] })}
      />
      {draft.permissions !== null && (
        <PermissionChoice
          chosen={new Set(draft.permissions)}
          offered={mine}
          onChange={(permissions) => change({ permissions })}
        />
      )}
    </DialogForm>
  );
}

type NodeFieldsProps = { readonly draft: Draft; readonly onChange: (part: Partial<Draft>) => void };

/** The one device for which the key speaks, and by what that proves itself. */
function NodeFields({ draft, onChange }: NodeFieldsProps) {
  return (
    <>
      <DevicePicker
        label="Bound to a device"
        description="The key then speaks for that device alone. Empty: for you."
        value={draft.deviceId}
        onChange={(deviceId) => onChange({ deviceId })}
      />
      {draft.deviceId !== null && (
        <Textarea
          label="Public key of the node"
          description="Ed25519, as PEM or base64. With it the secret alone opens nothing: the node signs challenges. Empty: the secret is enough."
          autosize
          minRows={2}
          maxLength={500}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          error={holdsSecret(draft) && 'This is a private key, which stays on its node. Give the public one.'}
          value={draft.publicKey}
          onChange={(event) => onChange({ publicKey: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function holdsSecret({ publicKey }: Draft): boolean {
  return publicKey.includes('PRIVATE KEY');
}

/** A key without a device speaks for a person, who signs nothing. */
function signingKey({ deviceId, publicKey }: Pick<Draft, 'deviceId' | 'publicKey'>): string | null {
  return deviceId === null || publicKey.trim() === '' ? null : publicKey.trim();
}

function commandOf({ name, permissions, days, ...draft }: Draft): string {
  return musterLine('keys create', [name || 'NAME'], {
    permission: permissions ?? [],
    device: draft.deviceId ?? undefined,
    'public-key': signingKey(draft) === null ? undefined : 'FILE.pem',
    days,
  });
}
