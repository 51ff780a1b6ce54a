import { Button, Stack, Text, TextInput } from '@mantine/core';
import type { Passkey } from '@muster/contracts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../../actions/dialog.tsx';
import { musterLine } from '../../actions/muster-line.ts';
import { notify } from '../../actions/notify.ts';
import { RemoveDialog } from '../../actions/remove-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { makePasskey } from '../sign-in/ask-passkey.ts';
import { Refusal } from '../sign-in/refusal.tsx';
import { readFactorsAnew } from './read-anew.ts';

type AddPasskeyProps = {
  readonly onClose: () => void;
  /** The first factor brings recovery codes with it. */
  readonly onCodes: (codes: readonly string[]) => void;
};

/** Asks what to call it, then has the browser make one. */
export function AddPasskey({ onClose, onCodes }: AddPasskeyProps) {
  const add = useMutation({
    mutationFn: async (name: string) =>
      api.factors.addPasskey({ ...(await makePasskey(await api.factors.passkeyRegistration())), name }),
    onSuccess: async ({ passkey, recoveryCodes }) => {
      await readFactorsAnew();
      onCodes(recoveryCodes);
      onClose();
      notify({ title: `The passkey ${passkey.name} is added` });
    },
  });
  return (
    <NameDialog
      title="Add a passkey"
      verb="Go on"
      name=""
      isBusy={add.isPending}
      onName={(name) => add.mutate(name)}
      onClose={onClose}
    >
      {add.isError && <Refusal error={add.error} title="Not added" />}
      <Text size="sm">
        Name it so that you know it again, such as “blue key” or “my phone”. The browser then asks.
      </Text>
    </NameDialog>
  );
}

type OneProps = { readonly passkey: Passkey; readonly onClose: () => void };

/** Calls a passkey something else. */
export function RenamePasskey({ passkey, onClose }: OneProps) {
  const rename = useAction({
    run: (name: string) => api.factors.renamePasskey({ passkeyId: passkey.id, name }),
    said: ({ name }) => ({ title: `The passkey is called ${name}` }),
    failed: () => `Could not rename ${passkey.name}`,
    after: async () => {
      onClose();
      await readFactorsAnew();
    },
  });
  return (
    <NameDialog
      title={`Rename ${passkey.name}`}
      verb="Rename"
      name={passkey.name}
      isBusy={rename.isPending}
      onName={(name) => rename.mutate(name)}
      onClose={onClose}
    />
  );
}

/** Makes a passkey worthless here. */
export function RemovePasskey({ passkey: { id: passkeyId, name }, onClose }: OneProps) {
  return (
    <RemoveDialog
      noun="passkey"
      name={name}
      typed={null}
      remove={() => api.factors.removePasskey({ passkeyId })}
      after={readFactorsAnew}
      command={musterLine('factors remove-passkey', [name])}
      onClose={onClose}
    >
      It lets you in no more. Remove it from your device or keychain too: this server cannot.
    </RemoveDialog>
  );
}

type NameDialogProps = {
  readonly title: string;
  readonly verb: string;
  readonly name: string;
  readonly isBusy: boolean;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
};

function NameDialog(props: NameDialogProps) {
  const [name, setName] = useState(props.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') props.onName(name.trim());
  };
  return (
    <Dialog opened onClose={props.onClose} title={props.title}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {props.children}
          <TextInput
            label="Name"
            required
            maxLength={100}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={props.isBusy}>
            {props.verb}
          </Button>
        </Stack>
      </form>
    </Dialog>
  );
}
