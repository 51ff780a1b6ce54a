import type { Device, EffectiveField, Policy } from '@muster/contracts';
import { POLICY_FIELDS, type PolicyField } from '@muster/contracts/policies';
import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { deviceRecord } from '../../../actions/records.tsx';
import { PolicyForm } from '../../../places/policy-form.tsx';
import { spellSpan } from '../../../places/spans.ts';

/** What the device itself sets, over all others; an empty field leaves it to them. */
export function OwnPolicyForm(props: { device: Device; own: Policy; fields: readonly EffectiveField[] }) {
  const { device, own, fields } = props;
  return (
    <PolicyForm
      place={{ kind: 'device', id: device.id, name: nameOf(device) }}
      own={own}
      record={deviceRecord(device.id)}
      placeholder={(field) => `${spellSpan(inherited(fields, field) * 1_000)}, from others`}
    />
  );
}

/** What would hold without the device's own word, in seconds. */
function inherited(fields: readonly EffectiveField[], field: PolicyField): number {
  const effective = fields.find((one) => one.field === field);
  if (effective?.origin.kind !== 'device') return effective?.value ?? POLICY_FIELDS[field].byDefault;
  return effective.overrode[0]?.value ?? POLICY_FIELDS[field].byDefault;
}
