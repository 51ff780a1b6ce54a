import { Text } from '@mantine/core';
import { POLICY_FIELDS } from '@muster/contracts/policies';
import type { ReactNode } from 'react';
import { useMay } from '../api/session.ts';
import { formatDuration } from '../parts/format.ts';
import { Failed, Loading } from '../parts/outcomes.tsx';
import { Panel } from '../parts/panel.tsx';
import { PolicyForm } from './policy-form.tsx';
import { type PolicyPlace, usePlacePolicy } from './use-place-policy.ts';

/** What an organisation, a site or a group says for its devices. */
export function PlacePolicyPanel({ place, record }: { place: PolicyPlace; record: ReactNode }) {
  const may = useMay('policies:read');
  const own = usePlacePolicy(place, may);
  if (!may) return null;
  return (
    <Panel title="Policy">
      <Text size="sm" c="dimmed">
        What it sets holds for its devices where nothing nearer to them says otherwise. An empty field leaves
        it to others.
      </Text>
      {own.isPending && <Loading lines={4} />}
      {own.isError && <Failed error={own.error} onRetry={() => void own.refetch()} />}
      {own.data && (
        <PolicyForm
          key={place.id}
          place={place}
          own={own.data}
          record={record}
          placeholder={(field) =>
            `Left to others; ${formatDuration(POLICY_FIELDS[field].byDefault * 1_000)} by default`
          }
        />
      )}
    </Panel>
  );
}
