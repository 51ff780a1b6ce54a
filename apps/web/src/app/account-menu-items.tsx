import { Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconBook2,
  IconCheck,
  IconDeviceLaptop,
  IconKeyboard,
  IconListCheck,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserShield,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useAction } from '../actions/use-action.ts';
import { api } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { useMe } from '../api/session.ts';
import { live } from '../live/live.ts';
import type { OnDemandTarget } from '../parts/on-demand-menu.tsx';

const SCHEMES = [
  { value: 'auto', label: 'Follow the system', Icon: IconDeviceLaptop },
  { value: 'light', label: 'Light', Icon: IconSun },
  { value: 'dark', label: 'Dark', Icon: IconMoon },
] as const;

/** The menu behind the account button. */
export default function AccountMenuItems({ onHelp, target }: OnDemandTarget & { onHelp: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useAction({
    run: () => api.auth.logout(),
    said: () => null,
    failed: () => 'Could not sign out',
    after: async () => {
      live.close();
      queryClient.clear();
      await navigate({ to: '/sign-in', search: {} });
    },
  });
  return (
    <Menu position="bottom-end" width={230} shadow="md" defaultOpened>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me?.name}
          <br />
          {me?.email}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconUserShield size={15} aria-hidden />}
          onClick={() => void navigate({ to: '/profile' })}
        >
          Profile and security
        </Menu.Item>
        <Menu.Item
          leftSection={<IconListCheck size={15} aria-hidden />}
          onClick={() => void navigate({ to: '/rights' })}
        >
          What you may do
        </Menu.Item>
        <Menu.Divider />
        {SCHEMES.map(({ value, label, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={15} aria-hidden />}
            rightSection={colorScheme === value ? <IconCheck size={14} aria-label="in use" /> : null}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={15} aria-hidden />} onClick={onHelp}>
          Keyboard
        </Menu.Item>
        <Menu.Item
          component="a"
          href="/api/docs"
          target="_blank"
          leftSection={<IconBook2 size={15} aria-hidden />}
        >
          API reference
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
