import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { isUnauthenticated } from '../api/problem.ts';
import { queryClient, whenFactorMissing, whenSignedOut } from '../api/query-client.ts';
import { meQuery } from '../api/session.ts';
import { readAuditSearch } from '../pages/audit/audit-search.ts';
import { readChangesSearch } from '../pages/device/changes/changes-search.ts';
import { readTimelineSearch } from '../pages/device/timeline/timeline-search.ts';
import { readPeopleSearch, readRightsSearch } from '../pages/people/people-search.ts';
import { readSignInSearch } from '../pages/sign-in/sign-in-search.ts';
import { readSoftwareSearch } from '../pages/software/software-search.ts';
import { Loading } from '../parts/outcomes.tsx';
import { lazyPage } from './lazy-page.ts';
import { PageFailed } from './page-failed.tsx';
import { NotFound, Root } from './root.tsx';
import { readCommandsSearch, readDevicesSearch, readScopeSearch, readTimeSearch } from './search.ts';
import { Shell } from './shell.tsx';

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: lazyPage(() => import('../pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const setUp = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyPage(() => import('../pages/set-up/set-up-page.tsx'), 'SetUpPage'),
});

const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyPage(() => import('../pages/sign-in/password-link-page.tsx'), 'PasswordLinkPage'),
});

const resetPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyPage(() => import('../pages/sign-in/password-link-page.tsx'), 'PasswordLinkPage'),
});

const PROFILE = '/profile';

/** Everything behind signing in. */
const console = createRoute({
  getParentRoute: () => rootRoute,
  id: 'console',
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      const me = await queryClient.ensureQueryData(meQuery());
      // A role demands a second factor: the server refuses everything else until there is one. What was read may be
      // older than that.
      if (!me.mustSetUpFactor || location.pathname === PROFILE) return;
      const now = await queryClient.fetchQuery({ ...meQuery(), staleTime: 0 });
      if (now.mustSetUpFactor) throw redirect({ to: PROFILE });
    } catch (error) {
      if (isUnauthenticated(error)) throw redirect({ to: '/sign-in', search: { to: location.href } });
      throw error;
    }
  },
});

const home = createRoute({
  getParentRoute: () => console,
  path: '/',
  validateSearch: readScopeSearch,
  component: lazyPage(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
});

const devices = createRoute({
  getParentRoute: () => console,
  path: '/devices',
  validateSearch: readDevicesSearch,
  component: lazyPage(() => import('../pages/devices/devices-page.tsx'), 'DevicesPage'),
});

const device = createRoute({
  getParentRoute: () => console,
  path: '/devices/$deviceId',
  component: lazyPage(() => import('../pages/device/device-page.tsx'), 'DevicePage'),
});

const overview = createRoute({
  getParentRoute: () => device,
  path: '/',
  validateSearch: readTimeSearch,
  component: lazyPage(() => import('../pages/device/overview/overview-tab.tsx'), 'OverviewTab'),
});

const processes = createRoute({
  getParentRoute: () => device,
  path: '/processes',
  component: lazyPage(() => import('../pages/device/processes/processes-tab.tsx'), 'ProcessesTab'),
});

const software = createRoute({
  getParentRoute: () => device,
  path: '/software',
  component: lazyPage(() => import('../pages/device/inventory/software-tab.tsx'), 'SoftwareTab'),
});

const hardware = createRoute({
  getParentRoute: () => device,
  path: '/hardware',
  component: lazyPage(() => import('../pages/device/inventory/hardware-tab.tsx'), 'HardwareTab'),
});

const security = createRoute({
  getParentRoute: () => device,
  path: '/security',
  component: lazyPage(() => import('../pages/device/inventory/security-tab.tsx'), 'SecurityTab'),
});

const network = createRoute({
  getParentRoute: () => device,
  path: '/network',
  component: lazyPage(() => import('../pages/device/inventory/network-tab.tsx'), 'NetworkTab'),
});

const system = createRoute({
  getParentRoute: () => device,
  path: '/system',
  component: lazyPage(() => import('../pages/device/inventory/system-tab.tsx'), 'SystemTab'),
});

const changes = createRoute({
  getParentRoute: () => device,
  path: '/changes',
  validateSearch: readChangesSearch,
  component: lazyPage(() => import('../pages/device/changes/changes-tab.tsx'), 'ChangesTab'),
});

const timeline = createRoute({
  getParentRoute: () => device,
  path: '/timeline',
  validateSearch: readTimelineSearch,
  component: lazyPage(() => import('../pages/device/timeline/timeline-tab.tsx'), 'TimelineTab'),
});

const settings = createRoute({
  getParentRoute: () => device,
  path: '/settings',
  component: lazyPage(() => import('../pages/device/settings/settings-tab.tsx'), 'SettingsTab'),
});

const titles = createRoute({
  getParentRoute: () => console,
  path: '/software',
  validateSearch: readSoftwareSearch,
  component: lazyPage(() => import('../pages/software/software-page.tsx'), 'SoftwarePage'),
});

const title = createRoute({
  getParentRoute: () => console,
  path: '/software/$titleId',
  component: lazyPage(() => import('../pages/software/title-page.tsx'), 'TitlePage'),
});

const groups = createRoute({
  getParentRoute: () => console,
  path: '/groups',
  component: lazyPage(() => import('../pages/groups/groups-page.tsx'), 'GroupsPage'),
});

const group = createRoute({
  getParentRoute: () => console,
  path: '/groups/$groupId',
  component: lazyPage(() => import('../pages/groups/group-page.tsx'), 'GroupPage'),
});

const fields = createRoute({
  getParentRoute: () => console,
  path: '/fields',
  component: lazyPage(() => import('../pages/organisations/fields/fields-page.tsx'), 'FieldsPage'),
});

const commands = createRoute({
  getParentRoute: () => console,
  path: '/commands',
  validateSearch: readCommandsSearch,
  component: lazyPage(() => import('../pages/commands/commands-page.tsx'), 'CommandsPage'),
});

const command = createRoute({
  getParentRoute: () => console,
  path: '/commands/$commandId',
  component: lazyPage(() => import('../pages/commands/command-page.tsx'), 'CommandPage'),
});

const enrolment = createRoute({
  getParentRoute: () => console,
  path: '/enrolment',
  component: lazyPage(() => import('../pages/enrolment/enrolment-page.tsx'), 'EnrolmentPage'),
});

const audit = createRoute({
  getParentRoute: () => console,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyPage(() => import('../pages/audit/audit-page.tsx'), 'AuditPage'),
});

const auditRow = createRoute({
  getParentRoute: () => console,
  path: '/audit/$log/$index',
  component: lazyPage(() => import('../pages/audit/audit-row-page.tsx'), 'AuditRowPage'),
});

const serverSettings = createRoute({
  getParentRoute: () => console,
  path: '/settings',
  component: lazyPage(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const providers = createRoute({
  getParentRoute: () => console,
  path: '/providers',
  component: lazyPage(() => import('../pages/providers/providers-page.tsx'), 'ProvidersPage'),
});

const organisations = createRoute({
  getParentRoute: () => console,
  path: '/organisations',
  component: lazyPage(() => import('../pages/organisations/organisations-page.tsx'), 'OrganisationsPage'),
});

const place = createRoute({
  getParentRoute: () => console,
  path: '/organisations/$placeId',
  component: lazyPage(() => import('../pages/organisations/place-page.tsx'), 'PlacePage'),
});

const people = createRoute({
  getParentRoute: () => console,
  path: '/people',
  validateSearch: readPeopleSearch,
  component: lazyPage(() => import('../pages/people/people-page.tsx'), 'PeoplePage'),
});

const person = createRoute({
  getParentRoute: () => console,
  path: '/people/$userId',
  component: lazyPage(() => import('../pages/people/person-page.tsx'), 'PersonPage'),
});

const rights = createRoute({
  getParentRoute: () => console,
  path: '/rights',
  validateSearch: readRightsSearch,
  component: lazyPage(() => import('../pages/people/rights-page.tsx'), 'RightsPage'),
});

const roles = createRoute({
  getParentRoute: () => console,
  path: '/roles',
  component: lazyPage(() => import('../pages/roles/roles-page.tsx'), 'RolesPage'),
});

const keys = createRoute({
  getParentRoute: () => console,
  path: '/keys',
  component: lazyPage(() => import('../pages/keys/keys-page.tsx'), 'KeysPage'),
});

const approvals = createRoute({
  getParentRoute: () => console,
  path: '/approvals',
  component: lazyPage(() => import('../pages/approvals/approvals-page.tsx'), 'ApprovalsPage'),
});

/** Any other path: signed in, one still has the navigation. */
const nowhere = createRoute({ getParentRoute: () => console, path: '$', component: NotFound });

const profile = createRoute({
  getParentRoute: () => console,
  path: PROFILE,
  component: lazyPage(() => import('../pages/profile/profile-page.tsx'), 'ProfilePage'),
});

const deviceLogin = createRoute({
  getParentRoute: () => console,
  path: '/device',
  component: lazyPage(() => import('../pages/device-login/device-login-page.tsx'), 'DeviceLoginPage'),
});

const routeTree = rootRoute.addChildren([
  signIn,
  setUp,
  invitation,
  resetPassword,
  console.addChildren([
    home,
    devices,
    device.addChildren([
      overview,
      processes,
      software,
      hardware,
      security,
      network,
      system,
      changes,
      timeline,
      settings,
    ]),
    groups,
    group,
    fields,
    titles,
    title,
    commands,
    command,
    enrolment,
    audit,
    auditRow,
    serverSettings,
    providers,
    organisations,
    place,
    people,
    person,
    rights,
    roles,
    keys,
    approvals,
    profile,
    deviceLogin,
    nowhere,
  ]),
]);

/** The console's pages; each tab and each filter is a URL. */
export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  defaultPendingComponent: Loading,
  defaultErrorComponent: PageFailed,
});

/** Pages for whoever is not signed in. */
const DOORS: readonly string[] = ['/sign-in', '/setup', '/invitation', '/reset-password'];

whenSignedOut(() => {
  const { pathname, href } = router.state.location;
  if (!DOORS.includes(pathname)) {
    queryClient.removeQueries({ queryKey: meQuery().queryKey });
    void router.navigate({ to: '/sign-in', search: { to: href } });
  }
});

whenFactorMissing(() => {
  void queryClient.invalidateQueries({ queryKey: meQuery().queryKey });
  if (router.state.location.pathname !== PROFILE) void router.navigate({ to: PROFILE });
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
