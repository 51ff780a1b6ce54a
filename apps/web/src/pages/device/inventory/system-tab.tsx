import { Loading } from '../../../parts/outcomes.tsx';
import pageClasses from '../../page.module.css';
import { useDevice } from '../use-device.ts';
import { CategorySection } from './category-section.tsx';
import { KindPanels } from './kind-panels.tsx';
import { SystemFacts } from './system-facts.tsx';
import { EXTENSION_KINDS, HOTFIX_KINDS, USER_KINDS } from './system-kinds.ts';

/** The operating system, who has an account on it, its updates, and what its browsers were extended by. */
export function SystemTab() {
  const device = useDevice().data;
  if (!device) return <Loading />;
  return (
    <div className={pageClasses.page}>
      <CategorySection device={device} category="system">
        {(items) => <SystemFacts items={items} />}
      </CategorySection>
      <CategorySection device={device} category="users" title="Accounts and sign-ins">
        {(items) => <KindPanels kinds={USER_KINDS} items={items} />}
      </CategorySection>
      {device.os === 'windows' && (
        <CategorySection device={device} category="hotfixes" title="Updates">
          {(items) => <KindPanels kinds={HOTFIX_KINDS} items={items} />}
        </CategorySection>
      )}
      <CategorySection device={device} category="browsers" title="Browser extensions">
        {(items) => <KindPanels kinds={EXTENSION_KINDS} items={items} />}
      </CategorySection>
    </div>
  );
}
