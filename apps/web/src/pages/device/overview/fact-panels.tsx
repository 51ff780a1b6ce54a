import type { Device } from '@muster/contracts';
import { Facts } from '../../../parts/facts.tsx';
import { formatBytes } from '../../../parts/format.ts';
import { Panel } from '../../../parts/panel.tsx';
import { When } from '../../../parts/when.tsx';

/** What the machine is. */
export function SystemPanel({ device }: { device: Device }) {
  const { cpuModel, cpuCores, memoryTotalBytes } = device;
  return (
    <Panel title="System">
      <Facts
        facts={[
          { name: 'Host name', value: device.fqdn ?? device.hostname, mono: true },
          {
            name: 'System',
            value: [device.osName, device.osBuild && `build ${device.osBuild}`].filter(Boolean).join(', '),
          },
          { name: 'Version', value: device.osVersion },
          { name: 'Kernel', value: device.kernel, mono: true },
          {
            name: 'Serial number',
            value: device.serialNumber,
            missing: 'the machine names none',
            mono: true,
          },
          { name: 'Model', value: [device.manufacturer, device.model].filter(Boolean).join(' ') },
          { name: 'Processor', value: cpuModel && `${cpuModel}${cpuCores ? ` × ${cpuCores}` : ''}` },
          { name: 'Memory', value: memoryTotalBytes === null ? null : formatBytes(memoryTotalBytes) },
          { name: 'Virtualisation', value: device.virtualisation, missing: 'none was found' },
          { name: 'Booted', value: device.bootedAt && <When at={device.bootedAt} /> },
          { name: 'Time zone', value: device.timezone },
          { name: 'Addresses', value: device.addresses.join(', '), missing: 'none was reported', mono: true },
        ]}
      />
    </Panel>
  );
}

/** How the agent on it does: a monitor that hurts is worse than none. */
export function AgentPanel({ device }: { device: Device }) {
  const { agentHealth } = device;
  const silent = 'the agent has not reported since the server started';
  return (
    <Panel title="Agent">
      <Facts
        facts={[
          { name: 'Version', value: device.agentVersion },
          { name: 'Local policy', value: device.policyLevel },
          { name: 'Memory', value: agentHealth && formatBytes(agentHealth.residentBytes), missing: silent },
          { name: 'CPU', value: agentHealth && `${agentHealth.cpuPercent.toFixed(2)} %`, missing: silent },
          {
            name: 'Sheds work',
            value: agentHealth && (agentHealth.shedding ? 'yes: it is above its own ceiling' : 'no'),
            missing: silent,
          },
          { name: 'Minutes lost', value: agentHealth && String(agentHealth.minutesDropped), missing: silent },
          { name: 'Enrolled', value: <When at={device.enrolledAt} /> },
        ]}
      />
    </Panel>
  );
}
