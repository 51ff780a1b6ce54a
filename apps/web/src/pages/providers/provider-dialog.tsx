import { PasswordInput, TextInput } from '@mantine/core';
import type { LdapSettings, OidcSettings, Provider, ProviderKind } from '@muster/contracts';
import { useState } from 'react';
import { FormDialog } from '../../actions/form-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { LdapFields } from './ldap-fields.tsx';
import { MappingFields } from './mapping-fields.tsx';
import { draftOf, type ProviderDraft } from './provider-draft.ts';
import { OidcFields, PeopleFields } from './settings-fields.tsx';

type ProviderDialogProps = {
  /** Undefined: a new one of the kind. */
  readonly provider: Provider | undefined;
  readonly kind: ProviderKind;
  readonly onClose: () => void;
};

/** Adds a provider, or changes one. */
export default function ProviderDialog({ provider, kind, onClose }: ProviderDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(provider, kind));
  const { settings } = draft;
  const change = (part: Partial<ProviderDraft>) => setDraft((before) => ({ ...before, ...part }));
  const changeSettings = (part: Partial<OidcSettings | LdapSettings>) =>
    setDraft((before) => ({ ...before, settings: { ...before.settings, ...part } as typeof settings }));
  const save = useSave(provider, onClose);
  const secretLabel = kind === 'oidc' ? 'Client secret' : 'Password of the bind DN';
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => save.mutate(draft)}
      size="lg"
      title={
        provider ? `Change ${provider.name}` : kind === 'oidc' ? 'Add an OpenID provider' : 'Add a directory'
      }
      verb={provider ? 'Save' : 'Add'}
      leave={provider ? 'Keep as it is' : 'Cancel'}
      isBusy={save.isPending}
    >
      <TextInput
        label="Name"
        description="As the sign-in page says it"
        required
        data-autofocus
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      {settings.kind === 'oidc' ? (
        <OidcFields settings={settings} onChange={changeSettings} />
      ) : (
        <LdapFields settings={settings} onChange={changeSettings} />
      )}
      <PasswordInput
        label={secretLabel}
        description={
          provider?.hasSecret ? 'Kept, and never shown. Empty: it stays.' : 'Kept, and never shown.'
        }
        autoComplete="off"
        value={draft.secret}
        onChange={(event) => change({ secret: event.currentTarget.value })}
      />
      <PeopleFields settings={settings} onChange={changeSettings} />
      <MappingFields mappings={draft.mappings} onChange={(mappings) => change({ mappings })} />
    </FormDialog>
  );
}

function useSave(provider: Provider | undefined, onClose: () => void) {
  return useAction({
    run: ({ name, settings, secret, mappings }: ProviderDraft) => {
      const asked = { name, settings, mappings: [...mappings] };
      if (!provider) return api.providers.create({ ...asked, secret: secret === '' ? null : secret });
      return api.providers.update(
        { ...asked, providerId: provider.id, ...(secret === '' ? {} : { secret }) },
        { context: { ifMatch: provider.etag } },
      );
    },
    said: ({ name }) => ({
      title: `${name} is ${provider ? 'saved' : 'added'}`,
      text: 'Test it before people rely on it.',
    }),
    failed: ({ name }) => `Could not save ${name}`,
    after: async (saved) => {
      await queryClient.invalidateQueries({ queryKey: queries.providers.key() });
      if (saved) onClose();
    },
  });
}
