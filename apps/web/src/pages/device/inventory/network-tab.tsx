import { Loading } from '../../../parts/outcomes.tsx';
import pageClasses from '../../page.module.css';
import { ConnectionsPanel } from '../connections/connections-panel.tsx';
import { useDevice } from '../use-device.ts';
import { CategorySection } from './category-section.tsx';
import { KindPanels } from './kind-panels.tsx';
import { NETWORK_KINDS, PORT_KINDS } from './kinds.ts';

/** How the machine is connected, and what listens on it; ports are collected with security, and have that age. */
export function NetworkTab() {
  const device = useDevice().data;
  if (!device) return <Loading />;
  return (
    <div className={pageClasses.page}>
      <CategorySection device={device} category="network">
        {(items) => <KindPanels kinds={NETWORK_KINDS} items={items} />}
      </CategorySection>
      <CategorySection device={device} category="security">
        {(items) => <KindPanels kinds={PORT_KINDS} items={items} />}
      </CategorySection>
      <ConnectionsPanel device={device} />
    </div>
  );
}
