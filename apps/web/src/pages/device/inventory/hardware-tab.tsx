import { Loading } from '../../../parts/outcomes.tsx';
import pageClasses from '../../page.module.css';
import { useDevice } from '../use-device.ts';
import { CategorySection } from './category-section.tsx';
import { KindPanels } from './kind-panels.tsx';
import { HARDWARE_KINDS } from './kinds.ts';

/** What the machine is made of. */
export function HardwareTab() {
  const device = useDevice().data;
  if (!device) return <Loading />;
  return (
    <div className={pageClasses.page}>
      <CategorySection device={device} category="hardware">
        {(items) => <KindPanels kinds={HARDWARE_KINDS} items={items} />}
      </CategorySection>
    </div>
  );
}
