import { ActionIcon, Tooltip } from '@mantine/core';
import type { Permission } from '@muster/contracts';
import {
  IconBuilding,
  IconChecks,
  IconDeviceDesktop,
  IconForms,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconLogin2,
  IconPackages,
  IconPlugConnected,
  IconSettings,
  IconShieldLock,
  IconStack2,
  IconTerminal2,
  IconUsers,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMe } from '../api/session.ts';
import { useRememberedScope } from '../filter/scope.ts';
import classes from './shell.module.css';

type Page = {
  readonly to:
    | '/'
    | '/devices'
    | '/groups'
    | '/fields'
    | '/software'
    | '/commands'
    | '/enrolment'
    | '/audit'
    | '/settings'
    | '/providers'
    | '/organisations'
    | '/people'
    | '/roles'
    | '/keys'
    | '/approvals';
  readonly label: string;
  readonly permission: Permission;
  readonly Icon: typeof IconDeviceDesktop;
};

/** A page is listed when it works, and shown to whoever may see it. */
const GROUPS: readonly { readonly name: string; readonly pages: readonly Page[] }[] = [
  {
    name: 'Fleet',
    pages: [
      { to: '/', label: 'Overview', permission: 'devices:read', Icon: IconLayoutDashboard },
      { to: '/devices', label: 'Devices', permission: 'devices:read', Icon: IconDeviceDesktop },
      { to: '/groups', label: 'Groups', permission: 'groups:read', Icon: IconStack2 },
      { to: '/fields', label: 'Custom fields', permission: 'devices:read', Icon: IconForms },
      { to: '/software', label: 'Software', permission: 'devices:read', Icon: IconPackages },
    ],
  },
  {
    name: 'Change',
    pages: [{ to: '/commands', label: 'Commands', permission: 'commands:read', Icon: IconTerminal2 }],
  },
  {
    name: 'Connect',
    pages: [{ to: '/enrolment', label: 'Add devices', permission: 'tokens:read', Icon: IconPlugConnected }],
  },
  {
    name: 'Govern',
    pages: [
      { to: '/people', label: 'People', permission: 'users:read', Icon: IconUsers },
      { to: '/roles', label: 'Roles', permission: 'users:read', Icon: IconShieldLock },
      { to: '/keys', label: 'API keys', permission: 'keys:manage', Icon: IconKey },
      { to: '/organisations', label: 'Sites', permission: 'organisations:read', Icon: IconBuilding },
      { to: '/approvals', label: 'Approvals', permission: 'approvals:decide', Icon: IconChecks },
      { to: '/audit', label: 'Audit log', permission: 'audit:read', Icon: IconHistory },
      { to: '/providers', label: 'Sign-in providers', permission: 'providers:manage', Icon: IconLogin2 },
      { to: '/settings', label: 'Settings', permission: 'system:read', Icon: IconSettings },
    ],
  },
];

/** The pages that the person may open, in their groups. */
export function usePageGroups() {
  const me = useMe();
  // Whoever must set up a second factor first can open none of them.
  const permissions = me === undefined || me.mustSetUpFactor ? [] : me.permissions;
  return GROUPS.map((group) => ({
    ...group,
    pages: group.pages.filter((page) => permissions.includes(page.permission)),
  })).filter((group) => group.pages.length > 0);
}

type NavigationProps = {
  readonly isCollapsed: boolean;
  readonly onCollapse: () => void;
  readonly onNavigate: () => void;
};

/** The left side: groups of pages, or their icons alone. */
export function Navigation({ isCollapsed, onCollapse, onNavigate }: NavigationProps) {
  const groups = usePageGroups();
  const label = isCollapsed ? 'Widen the navigation' : 'Collapse the navigation to icons';
  return (
    <>
      <div className={classes.navScroll}>
        {groups.map(({ name, pages }) => (
          <div key={name} className={classes.navGroup}>
            <div className={classes.navTitle} aria-hidden={isCollapsed}>
              {isCollapsed ? '' : name}
            </div>
            {pages.map((page) => (
              <NavigationLink key={page.to} page={page} isCollapsed={isCollapsed} onNavigate={onNavigate} />
            ))}
          </div>
        ))}
      </div>
      <Tooltip label={label} position="right">
        <ActionIcon
          className={classes.collapse}
          variant="subtle"
          color="gray"
          onClick={onCollapse}
          aria-label={label}
        >
          {isCollapsed ? (
            <IconLayoutSidebarLeftExpand size={18} />
          ) : (
            <IconLayoutSidebarLeftCollapse size={18} />
          )}
        </ActionIcon>
      </Tooltip>
    </>
  );
}

function NavigationLink(props: { page: Page; isCollapsed: boolean; onNavigate: () => void }) {
  const { to, label, Icon } = props.page;
  const [scope] = useRememberedScope();
  return (
    <Tooltip label={label} position="right" disabled={!props.isCollapsed}>
      <Link
        to={to}
        search={(to === '/devices' || to === '/') && scope ? { scope } : {}}
        activeOptions={{ exact: to === '/', includeSearch: false }}
        className={classes.navLink}
        onClick={props.onNavigate}
        aria-label={label}
      >
        <Icon size={18} stroke={1.6} aria-hidden />
        {!props.isCollapsed && <span>{label}</span>}
      </Link>
    </Tooltip>
  );
}
