import type { Device } from '@muster/contracts';
import { Facts } from '../../../parts/facts.tsx';
import { PageLink } from '../../../parts/page-link.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { When } from '../../../parts/when.tsx';

/** Who the device is to the server. */
export function IdentityPanel({ device }: { device: Device }) {
  const interfaces = device.interfaces.map(({ name, mac }) => `${name} ${mac ?? ''}`.trim());
  return (
    <Panel title="Identity">
      <Facts
        facts={[
          { name: 'Id', value: device.id, mono: true },
          { name: 'Host name', value: device.hostname, mono: true },
          { name: 'Organisation', value: device.orgName },
          { name: 'Site', value: device.siteName },
          {
            name: 'Serial number',
            value: device.serialNumber,
            missing: 'the machine names none',
            mono: true,
          },
          { name: 'Interfaces', value: interfaces.join(', '), missing: 'none was reported', mono: true },
          {
            name: 'Copy of',
            value: device.cloneOf && (
              <PageLink to="/devices/$deviceId" params={{ deviceId: device.cloneOf }} size="sm">
                {device.cloneOf}
              </PageLink>
            ),
            missing: 'no other device',
          },
          { name: 'First enrolled', value: <When at={device.createdAt} /> },
          { name: 'Enrolled', value: <When at={device.enrolledAt} /> },
          { name: 'Changed', value: <When at={device.updatedAt} /> },
        ]}
      />
    </Panel>
  );
}
