import { Notifications } from '@mantine/notifications';
import { Outlet } from '@tanstack/react-router';
import { Empty } from '../parts/outcomes.tsx';
import { PageLink } from '../parts/page-link.tsx';

/** What stands around every page, signed in or not. */
export function Root() {
  return (
    <>
      <Outlet />
      <Notifications position="bottom-right" limit={4} />
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
