import { AppShell, Burger } from '@mantine/core';
import { useDisclosure, useHotkeys, useLocalStorage } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { resumeFollowing } from '../actions/follow-command.ts';
import { live } from '../live/live.ts';
import { AccountMenu } from './account-menu.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { Navigation } from './navigation.tsx';
import { SearchButton } from './search-button.tsx';
import classes from './shell.module.css';

const CommandPalette = lazy(() => import('./command-palette.tsx'));

const NAV_WIDTH = 196;
const NAV_COLLAPSED = 56;

/** Navigation, top bar and the page between them. */
export function Shell() {
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const [isCollapsed, setCollapsed] = useLocalStorage({ key: 'muster.nav-collapsed', defaultValue: false });
  useHotkeys([['shift+?', help.open]]);
  // The indicator is to tell of the server also on pages that watch nothing.
  useEffect(() => {
    resumeFollowing();
    return live.watch({ view: 'devices', ids: [] }, () => {});
  }, []);
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{
        width: isCollapsed ? NAV_COLLAPSED : NAV_WIDTH,
        breakpoint: 'sm',
        collapsed: { mobile: !isMenuOpen },
      }}
      padding={0}
      transitionDuration={120}
    >
      <a href="#page" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={classes.header}>
        <Burger opened={isMenuOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
        <Link to="/devices" className={classes.brand}>
          <img src="/icon.svg" alt="" width={22} height={22} />
          <span>Muster</span>
        </Link>
        <SearchButton />
        <div className={classes.headerEnd}>
          <LiveIndicator />
          <AccountMenu onHelp={help.open} />
        </div>
      </AppShell.Header>
      <AppShell.Navbar className={classes.nav} aria-label="Pages">
        <Navigation
          isCollapsed={isCollapsed && !isMenuOpen}
          onCollapse={() => setCollapsed(!isCollapsed)}
          onNavigate={menu.close}
        />
      </AppShell.Navbar>
      <AppShell.Main className={classes.main} id="page" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <KeyboardHelp opened={isHelpOpen} onClose={help.close} />
      <Suspense>
        <CommandPalette />
      </Suspense>
    </AppShell>
  );
}
