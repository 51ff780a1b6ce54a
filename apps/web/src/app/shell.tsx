import { Burger } from '@mantine/core';
import { useDisclosure, useHotkeys, useLocalStorage } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { resumeFollowing } from '../actions/follow-command.ts';
import { useMe } from '../api/session.ts';
import { useRememberedScope } from '../filter/scope.ts';
import { live } from '../live/live.ts';
import { AccountMenu } from './account-menu.tsx';
import { earlyKeys } from './early-keys.ts';
import { useReadEarly } from './lazy-page.ts';
import { LiveIndicator } from './live-indicator.tsx';
import { Navigation } from './navigation.tsx';
import { ScopeSwitcher } from './scope-switcher.tsx';
import { SearchButton } from './search-button.tsx';
import classes from './shell.module.css';
import { StandingWarnings } from './standing-warnings.tsx';

const loadPalette = () => import('./command-palette.tsx');
const CommandPalette = lazy(loadPalette);
const KeyboardHelp = lazy(() => import('./keyboard-help.tsx'));

/** Navigation, top bar and the page between them. */
export function Shell() {
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const [isPaletteOpen, palette] = useDisclosure(false);
  const [isCollapsed, setCollapsed] = useLocalStorage({ key: 'muster.nav-collapsed', defaultValue: false });
  useHotkeys([['shift+?', help.open]]);
  const openPalette = () => {
    earlyKeys.begin();
    // Where its code does not come, the page says so and gets its keys back.
    loadPalette().catch(earlyKeys.end);
    palette.open();
  };
  useHotkeys([['mod+K', isPaletteOpen ? palette.close : openPalette]], []);
  // What is typed right after Ctrl-K belongs to the palette.
  useReadEarly(loadPalette);
  const [scope] = useRememberedScope();
  const mayWatch = useMe()?.mustSetUpFactor === false;
  // The indicator is to tell of the server also on pages that watch nothing.
  useEffect(() => {
    if (!mayWatch) return;
    resumeFollowing();
    return live.watch({ view: 'devices', ids: [] }, () => {});
  }, [mayWatch]);
  return (
    <div className={classes.shell} data-collapsed={isCollapsed} data-menu={isMenuOpen}>
      <a href="#page" className={classes.skip}>
        Skip to the page
      </a>
      <header className={classes.header}>
        <Burger
          opened={isMenuOpen}
          onClick={menu.toggle}
          className={classes.burger}
          size="sm"
          aria-label="Navigation"
        />
        <Link
          to="/devices"
          search={scope ? { scope } : {}}
          className={classes.brand}
          aria-label="Muster: devices"
        >
          <img src="/icon.svg" alt="" width={22} height={22} />
          <span>Muster</span>
        </Link>
        <ScopeSwitcher className={classes.scope} />
        <SearchButton onClick={openPalette} />
        <div className={classes.headerEnd}>
          <LiveIndicator />
          <AccountMenu onHelp={help.open} />
        </div>
      </header>
      <nav className={classes.nav} aria-label="Pages">
        <ScopeSwitcher className={classes.scopeInNav} onChosen={menu.close} />
        <Navigation
          isCollapsed={isCollapsed && !isMenuOpen}
          onCollapse={() => setCollapsed(!isCollapsed)}
          onNavigate={menu.close}
        />
      </nav>
      <main className={classes.main} id="page" tabIndex={-1}>
        <StandingWarnings />
        <Outlet />
      </main>
      <Suspense>
        {isHelpOpen && <KeyboardHelp onClose={help.close} />}
        {isPaletteOpen && <CommandPalette onClose={palette.close} />}
      </Suspense>
    </div>
  );
}
