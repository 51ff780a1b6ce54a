import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { deviceRecord } from '../../../actions/records.tsx';
import { Loading } from '../../../parts/outcomes.tsx';
import { FieldValuesPanel } from '../../../places/field-values-panel.tsx';
import pageClasses from '../../page.module.css';
import { DevicePolicyPanel } from '../policy/device-policy-panel.tsx';
import { useDevice } from '../use-device.ts';
import { IdentityPanel } from './identity-panel.tsx';
import { LifecyclePanel } from './lifecycle-panel.tsx';
import { NamePanel } from './name-panel.tsx';
import { PolicyPanel } from './policy-panel.tsx';
import { TagsPanel } from './tags-panel.tsx';

/** What can be changed about a device's record, and what it is. */
export function SettingsTab() {
  const device = useDevice().data;
  if (!device) return <Loading />;
  return (
    <div className={pageClasses.page}>
      <NamePanel key={device.id} device={device} />
      <TagsPanel device={device} />
      <FieldValuesPanel
        key={`fields of ${device.id}`}
        place={{ kind: 'device', id: device.id, name: nameOf(device) }}
        record={deviceRecord(device.id)}
      />
      <DevicePolicyPanel key={`policy of ${device.id}`} device={device} />
      <PolicyPanel level={device.policyLevel} />
      <LifecyclePanel device={device} />
      <IdentityPanel device={device} />
    </div>
  );
}
