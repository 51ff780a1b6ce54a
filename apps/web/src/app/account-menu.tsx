import { ActionIcon } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { lazy } from 'react';
import { OnDemandMenu } from '../parts/on-demand-menu.tsx';

const load = () => import('./account-menu-items.tsx');
const AccountMenuItems = lazy(load);

/** Who I am, how it looks, and the way out. */
export function AccountMenu({ onHelp }: { onHelp: () => void }) {
  return (
    <OnDemandMenu
      preload={load}
      button={(events) => (
        <ActionIcon {...events} variant="default" size={30} radius="xl" aria-label="Account">
          <IconUser size={16} aria-hidden />
        </ActionIcon>
      )}
    >
      {(target) => <AccountMenuItems onHelp={onHelp} target={target} />}
    </OnDemandMenu>
  );
}
