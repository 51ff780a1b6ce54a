import { Button, Group, Switch } from '@mantine/core';
import type { Provider } from '@muster/contracts';
import { useState } from 'react';
import { musterLine } from '../../actions/muster-line.ts';
import { RemoveDialog } from '../../actions/remove-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { CopyCommand, CopyLine } from '../../parts/copy-line.tsx';
import { type Fact, Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ProviderTest } from './provider-test.tsx';

type ProviderPanelProps = { readonly provider: Provider; readonly onEdit: (provider: Provider) => void };

/** One provider: whether it is used, how it is reached, what its groups give, and a test. */
export function ProviderPanel({ provider, onEdit }: ProviderPanelProps) {
  const { id: providerId, name, enabled, etag } = provider;
  const turn = useAction({
    run: (on: boolean) => api.providers.update({ providerId, enabled: on }, { context: { ifMatch: etag } }),
    said: ({ enabled: isOn }) => ({
      title: `${name} is ${isOn ? 'on' : 'off'}`,
      ...(isOn ? {} : { text: 'Nobody gets in by it. Whoever is signed in stays so.' }),
    }),
    failed: () => `Could not change ${name}`,
    after: () => queryClient.invalidateQueries({ queryKey: queries.providers.key() }),
  });
  return (
    <Panel
      title={name}
      aside={
        <Group gap={8}>
          <Switch
            label={enabled ? 'On' : 'Off'}
            aria-label={`People sign in by ${name}`}
            checked={enabled}
            disabled={turn.isPending}
            onChange={(event) => turn.mutate(event.currentTarget.checked)}
          />
          <CopyCommand
            line={musterLine('providers change', [name], { [enabled ? 'disable' : 'enable']: true })}
          />
          <Button size="xs" variant="default" onClick={() => onEdit(provider)} aria-label={`Change ${name}`}>
            Change
          </Button>
          <RemoveButton provider={provider} />
        </Group>
      }
    >
      <Facts facts={factsOf(provider)} />
      <div style={{ marginTop: 12 }}>
        <ProviderTest provider={provider} />
      </div>
    </Panel>
  );
}

function RemoveButton({ provider: { id: providerId, name } }: { provider: Provider }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsked(true)} aria-label={`Remove ${name}`}>
        Remove
      </Button>
      {isAsked && (
        <RemoveDialog
          name={name}
          remove={() => api.providers.remove({ providerId })}
          after={() => queryClient.invalidateQueries({ queryKey: queries.providers.key() })}
          farewell="Its people stay, without what its groups gave them."
          command={musterLine('providers remove', [name])}
          onClose={() => setAsked(false)}
        >
          Nobody can sign in by it any more, and the roles that its groups gave are withdrawn. Its people
          stay.
        </RemoveDialog>
      )}
    </>
  );
}

function factsOf({ kind, settings, hasSecret, people, mappings, redirectPath }: Provider): Fact[] {
  const groups = mappings.map(
    ({ group, roleName, placeName }) =>
      `${group}: ${roleName} ${placeName === null ? 'everywhere' : `in ${placeName}`}`,
  );
  return [
    { name: 'Kind', value: kind === 'oidc' ? 'OpenID Connect' : 'Directory (LDAP)' },
    {
      name: 'Reached at',
      value: settings.kind === 'oidc' ? settings.issuer : settings.urls.join(', '),
      mono: true,
    },
    { name: 'Secret', value: hasSecret ? 'kept' : null, missing: 'none is kept' },
    { name: 'People', value: `${people} signed in by it so far` },
    { name: 'Newcomers', value: settings.createPeople ? 'become people here' : 'must be invited first' },
    { name: 'Groups', value: groups.join('; '), missing: 'its groups give no role' },
    ...(redirectPath === null
      ? []
      : [
          {
            name: 'Sign-ins return to',
            value: (
              <CopyLine line={new URL(redirectPath, window.location.origin).href} label="Copy the address" />
            ),
          },
        ]),
  ];
}
