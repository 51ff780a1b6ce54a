import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import { noticesNeeded } from '../actions/notify.ts';
import { openStepUp } from '../api/step-up.ts';
import { Empty } from '../parts/outcomes.tsx';
import { PageLink } from '../parts/page-link.tsx';
import { useReadEarly } from './lazy-page.ts';

const StepUpDialog = lazy(() => import('../pages/sign-in/step-up-dialog.tsx'));
const loadNotices = () => import('../actions/show-notice.tsx');
const Notices = lazy(loadNotices);

/** What stands around every page, signed in or not. */
export function Root() {
  const isNeeded = useSyncExternalStore(noticesNeeded.subscribe, noticesNeeded.now);
  // How an action ended is to be told also when it failed because the server went away.
  useReadEarly(loadNotices);
  const stepUp = useSyncExternalStore(openStepUp.subscribe, openStepUp.now);
  return (
    <>
      <Outlet />
      <Suspense>{isNeeded && <Notices />}</Suspense>
      <Suspense>{stepUp && <StepUpDialog ask={stepUp} />}</Suspense>
    </>
  );
}

/** For a URL that leads nowhere. */
export function NotFound() {
  return (
    <Empty title="There is nothing here" text="The address leads to no page of this console.">
      <PageLink to="/devices">Go to the devices</PageLink>
    </Empty>
  );
}
