import type { InventoryItem } from '@muster/contracts';
import { Loading } from '../../../parts/outcomes.tsx';
import pageClasses from '../../page.module.css';
import { useDevice } from '../use-device.ts';
import { CategorySection } from './category-section.tsx';
import { KindPanels } from './kind-panels.tsx';
import { SECURITY_KINDS } from './kinds.ts';

const WORST_FIRST = ['off', 'partly', 'unknown', 'on'];

/** What protects the machine, problems first. */
export function SecurityTab() {
  const device = useDevice().data;
  if (!device) return <Loading />;
  return (
    <div className={pageClasses.page}>
      <CategorySection device={device} category="security">
        {(items) => <Protection items={items} />}
      </CategorySection>
    </div>
  );
}

function Protection({ items }: { items: readonly InventoryItem[] }) {
  const sorted = items.toSorted((one, other) => rank(one) - rank(other));
  const worst = (kind: string) => Math.min(...sorted.filter((item) => item.kind === kind).map(rank));
  const kinds = SECURITY_KINDS.toSorted((one, other) => worst(one.kind) - worst(other.kind));
  return <KindPanels kinds={kinds} items={sorted} />;
}

function rank({ fields }: InventoryItem): number {
  const place = WORST_FIRST.indexOf(String(fields.state));
  return place < 0 ? WORST_FIRST.length : place;
}
