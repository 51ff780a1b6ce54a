import { Button, Group, NumberInput, Stack } from '@mantine/core';
import type { Device, EffectiveField, Policy } from '@muster/contracts';
import { POLICY_FIELDS, PolicyField, PolicyValues } from '@muster/contracts/policies';
import { useState } from 'react';
import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { deviceRecord } from '../../../actions/records.tsx';
import { useAction } from '../../../actions/use-action.ts';
import { api } from '../../../api/client.ts';
import { rereadPolicies } from './use-device-policy.ts';

type Typed = { readonly [Field in PolicyField]?: number | string | undefined };

/** What the device itself sets, over all others; an empty field leaves it to them. */
export function OwnPolicyForm(props: { device: Device; own: Policy; fields: readonly EffectiveField[] }) {
  const { device, own, fields } = props;
  const [typed, setTyped] = useState<Typed>(own.fields);
  const read = PolicyValues.safeParse(
    Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== '')),
  );
  const save = useAction({
    run: () =>
      api.policies.set(
        { kind: 'device', placeId: device.id, fields: read.data ?? {} },
        { context: { ifMatch: own.etag } },
      ),
    said: () => ({ title: `The policy of ${nameOf(device)} is saved`, record: deviceRecord(device.id) }),
    failed: () => `Could not save the policy of ${nameOf(device)}`,
    after: rereadPolicies,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (read.success) save.mutate();
      }}
    >
      <Stack gap="sm" maw={520} mt="md">
        {PolicyField.options.map((field) => (
          <NumberInput
            key={field}
            label={`${POLICY_FIELDS[field].title}, ${POLICY_FIELDS[field].unit}`}
            description={POLICY_FIELDS[field].describe}
            placeholder={`${inherited(fields, field)}, from others`}
            min={POLICY_FIELDS[field].min}
            max={POLICY_FIELDS[field].max}
            clampBehavior="none"
            allowDecimal={false}
            value={typed[field] ?? ''}
            onChange={(value) => setTyped({ ...typed, [field]: value })}
            error={problemOf(field, typed[field])}
          />
        ))}
        <Group>
          <Button type="submit" size="xs" loading={save.isPending} disabled={!read.success}>
            Save policy
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What would hold without the device's own word. */
function inherited(fields: readonly EffectiveField[], field: PolicyField): number {
  const effective = fields.find((one) => one.field === field);
  if (effective?.origin.kind !== 'device') return effective?.value ?? POLICY_FIELDS[field].byDefault;
  return effective.overrode[0]?.value ?? POLICY_FIELDS[field].byDefault;
}

function problemOf(field: PolicyField, value: number | string | undefined): string | undefined {
  if (value === undefined || value === '' || PolicyValues.shape[field].safeParse(value).success)
    return undefined;
  return `A whole number from ${POLICY_FIELDS[field].min} to ${POLICY_FIELDS[field].max}`;
}
