import { until } from '../ledger-fixture.ts';
import { ADAS_PASSWORD } from '../running-server.ts';
import {
  aDevice,
  aField,
  aGroup,
  aName,
  anIssuer,
  anOrganisation,
  aProvider,
  aRole,
  aSite,
  aValue,
  aView,
  type Call,
  home,
  invite,
  made,
  type Named,
  onActive,
  onDevice,
  onGroup,
  onPerson,
  post,
  rows,
  running,
  signIn,
  viewerAtHome,
} from './world.ts';

/** How an endpoint is asked, and the action that the log then names. */
export type Recipe = {
  action: string;
  request: () => Promise<Partial<Call> & { path: string }>;
  /** Left out: Ada by her session. */
  who?: { name: string; via: string };
};

/** How each endpoint that changes something is asked to, and what the log then says. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  'auth.login': {
    action: 'user.login',
    request: async () => ({
      path: '/auth/login',
      body: { email: 'ada@example.org', password: ADAS_PASSWORD },
    }),
  },
  'auth.logout': {
    action: 'user.logout',
    request: async () => ({ path: '/auth/logout', token: (await signIn()).token }),
  },
  'signInTokens.issue': {
    action: 'user.tokens_issued',
    request: async () => ({ path: '/auth/token', body: {} }),
  },
  'deviceLogins.decide': {
    action: 'user.device_login_approved',
    request: async () => {
      const { userCode } = await post<{ userCode: string }>('/auth/device', { client: 'test' });
      return { path: '/auth/device/decide', body: { userCode, approve: true } };
    },
  },
  'factors.prove': {
    action: 'user.proved',
    request: async () => ({
      path: '/auth/prove',
      body: { proof: { method: 'password', password: ADAS_PASSWORD } },
    }),
  },
  'sessions.endOthers': {
    action: 'user.session_ended',
    request: async () => ({ path: '/auth/sessions/end-others', token: running.token }),
  },
  'system.listen': {
    action: 'configuration.changed',
    request: async () => ({ path: '/system/listen', body: { address: '127.0.0.9' } }),
  },
  'settings.update': {
    action: 'configuration.changed',
    request: async () => ({ path: '/settings/installation.name', body: { value: aName() } }),
  },
  'settings.reset': {
    action: 'configuration.changed',
    request: async () => ({ path: '/settings/installation.name' }),
  },
  'system.publishGateways': {
    action: 'configuration.changed',
    request: async () => ({ path: '/system/gateways', body: { addresses: ['localhost:8443'] } }),
  },
  'system.prepareAgentBuild': {
    action: 'agent_build.prepared',
    request: async () => ({ path: '/system/agent-builds/linux-amd64' }),
  },
  'audit.erase': {
    action: 'audit.row_erased',
    request: async () => {
      await invite();
      await until(async () => (await rows('action=user.invited')).length > 0);
      const [row] = await rows('action=user.invited');
      return { path: `/audit/${row?.log}/${row?.index}/erase`, body: { reason: 'asked for by Grace' } };
    },
  },
  'devices.update': {
    action: 'device.updated',
    request: async () => ({
      path: `/devices/${await aDevice('active')}`,
      body: { displayName: 'Database 3', tags: { role: 'db' } },
    }),
  },
  'devices.tag': {
    action: 'device.updated',
    request: async () => ({
      path: '/devices/tags',
      body: { deviceIds: [await aDevice('active')], set: { role: 'db' } },
    }),
  },
  'devices.approve': { action: 'device.approved', request: () => onDevice('approve', 'pending') },
  'devices.suspend': { action: 'device.suspended', request: () => onDevice('suspend', 'active') },
  'devices.resume': { action: 'device.resumed', request: () => onDevice('resume', 'suspended') },
  'devices.revoke': { action: 'device.revoked', request: () => onDevice('revoke', 'active') },
  'devices.retire': { action: 'device.retired', request: () => onDevice('retire', 'active') },
  'commands.run.process.list': { action: 'command.requested', request: () => onActive('process.list', {}) },
  'commands.run.process.kill': {
    action: 'command.requested',
    request: () => onActive('process.kill', { pid: 42, startToken: '1', bootId: 'b' }),
  },
  'commands.run.network.connections': {
    action: 'command.requested',
    request: () => onActive('network.connections', {}),
  },
  'commands.run.inventory.collect': {
    action: 'command.requested',
    request: () => onActive('inventory.collect', {}),
  },
  'commands.cancel': {
    action: 'command.cancelled',
    request: async () => {
      const { path, body } = await onActive('process.list', {});
      const { id } = await made<{ id: string }>({ method: 'POST', path, body });
      return { path: `/commands/${id}/cancel` };
    },
  },
  'tokens.create': {
    action: 'token.created',
    request: async () => ({
      path: '/enrolment-tokens',
      body: { siteId: home.siteId, description: 'for a test' },
    }),
  },
  'tokens.revoke': {
    action: 'token.revoked',
    request: async () => {
      const body = { siteId: home.siteId, description: 'to be ended' };
      const { token } = await made<{ token: { id: string } }>({
        method: 'POST',
        path: '/enrolment-tokens',
        body,
      });
      return { path: `/enrolment-tokens/${token.id}` };
    },
  },
};

/** What Grace is called to change: no row may hold them. */
export const GRACES_PASSWORDS = ['gravel tulip oxygen', 'marble otter lantern'] as const;

/** The same for people, what they may do, and the places where they may. */
const PEOPLE_RECIPES: Readonly<Record<string, Recipe>> = {
  'access.createRole': {
    action: 'role.created',
    request: async () => ({ path: '/roles', body: { name: aName(), permissions: ['devices:read'] } }),
  },
  'access.updateRole': {
    action: 'role.changed',
    request: async () => ({ path: `/roles/${await aRole()}`, body: { permissions: ['tokens:read'] } }),
  },
  'access.removeRole': {
    action: 'role.removed',
    request: async () => ({ path: `/roles/${await aRole()}` }),
  },
  'access.grant': {
    action: 'permission.changed',
    request: async () => ({ ...(await onPerson('/grants')), body: viewerAtHome() }),
  },
  'access.withdraw': {
    action: 'permission.changed',
    request: async () => ({ path: `/grants/${(await invite([viewerAtHome()])).user.grants[0]?.id}` }),
  },
  'groups.create': {
    action: 'group.created',
    request: async () => ({ path: '/groups', body: { name: aName(), orgId: home.orgId } }),
  },
  'groups.update': {
    action: 'group.changed',
    request: async () => ({ path: `/groups/${await aGroup()}`, body: { description: 'changed' } }),
  },
  'groups.remove': {
    action: 'group.removed',
    request: async () => ({ path: `/groups/${await aGroup()}` }),
  },
  'policies.set': {
    action: 'policy.changed',
    request: async () => ({
      path: `/policies/site/${await aSite()}`,
      body: { fields: { offlineLimit: 300 } },
    }),
  },
  'fields.create': {
    action: 'field.created',
    request: async () => ({
      path: '/fields',
      body: { orgId: home.orgId, key: 'audited', title: 'Audited', kind: 'text' },
    }),
  },
  'fields.update': {
    action: 'field.changed',
    request: async () => ({ path: `/fields/${(await aField()).id}`, body: { title: 'changed' } }),
  },
  'fields.remove': {
    action: 'field.removed',
    request: async () => ({ path: `/fields/${(await aField()).id}` }),
  },
  'fields.setOfDevice': {
    action: 'field.values_set',
    request: async () => ({ ...(await onDevice('fields', 'active')), body: await aValue() }),
  },
  'fields.setOfSite': {
    action: 'field.values_set',
    request: async () => ({ path: `/sites/${await aSite()}/fields`, body: await aValue() }),
  },
  'fields.setOfOrganisation': {
    action: 'field.values_set',
    request: async () => ({ path: `/organisations/${home.orgId}/fields`, body: await aValue() }),
  },
  // Of shared views alone: a private one is nobody's business but its owner's (views.db.test.ts).
  'views.create': {
    action: 'view.shared',
    request: async () => ({ path: '/views', body: { name: aName(), query: '', orgId: home.orgId } }),
  },
  'views.update': {
    action: 'view.changed',
    request: async () => ({ path: await aView(), body: { query: 'os = linux' } }),
  },
  'views.remove': { action: 'view.removed', request: async () => ({ path: await aView() }) },
  'tags.setOfGroup': {
    action: 'group.tags_changed',
    request: async () => {
      const body = { name: aName(), orgId: home.orgId, query: 'os = windows' };
      return {
        path: `/groups/${(await post<Named>('/groups', body)).id}/tags`,
        body: { tags: { role: 'web' } },
      };
    },
  },
  'groups.add': { action: 'group.members_changed', request: () => onGroup('/devices') },
  'groups.take': { action: 'group.members_changed', request: () => onGroup('/devices/remove') },
  'users.invite': {
    action: 'user.invited',
    request: async () => ({ path: '/users', body: { email: 'new@example.org', name: 'New', grants: [] } }),
  },
  'users.resetPassword': { action: 'user.password_reset', request: () => onPerson('/password-link') },
  'users.disable': { action: 'user.disabled', request: () => onPerson('/disable') },
  'users.enable': { action: 'user.enabled', request: () => onPerson('/enable') },
  'users.remove': { action: 'user.removed', request: () => onPerson('') },
  'passwords.redeem': {
    action: 'password.changed',
    who: { name: 'Grace', via: 'password_link' },
    request: async () => {
      const { token } = (await invite()).link;
      return { path: '/auth/password-links/redeem', body: { token, password: GRACES_PASSWORDS[0] } };
    },
  },
  'passwords.change': {
    action: 'password.changed',
    who: { name: 'Grace', via: 'session' },
    request: async () => {
      const { user, link } = await invite();
      const [currentPassword, newPassword] = GRACES_PASSWORDS;
      await post('/auth/password-links/redeem', { token: link.token, password: currentPassword });
      const body = { email: user.email, password: currentPassword };
      const { token } = await post<{ token: string }>('/auth/login', body);
      return { path: '/auth/password', body: { currentPassword, newPassword }, token };
    },
  },
  'keys.create': {
    action: 'key.created',
    request: async () => ({ path: '/api-keys', body: { name: aName() } }),
  },
  'keys.revoke': {
    action: 'key.revoked',
    request: async () => ({
      path: `/api-keys/${(await post<{ key: Named }>('/api-keys', { name: aName() })).key.id}`,
    }),
  },
  'providers.create': {
    action: 'provider.created',
    request: async () => ({ path: '/providers', body: { ...anIssuer(), secret: GRACES_PASSWORDS[0] } }),
  },
  'providers.update': {
    action: 'provider.changed',
    request: async () => ({ path: await aProvider(), body: { secret: GRACES_PASSWORDS[1] } }),
  },
  'providers.remove': { action: 'provider.removed', request: async () => ({ path: await aProvider() }) },
  'organisations.create': {
    action: 'organisation.created',
    request: async () => ({ path: '/organisations', body: { name: aName() } }),
  },
  'organisations.update': {
    action: 'organisation.changed',
    request: async () => ({ path: `/organisations/${await anOrganisation()}`, body: { name: aName() } }),
  },
  'organisations.setPartner': {
    action: 'organisation.changed',
    request: async () => ({
      path: `/organisations/${await anOrganisation()}/partner`,
      body: { partnerId: await anOrganisation() },
    }),
  },
  'organisations.remove': {
    action: 'organisation.removed',
    request: async () => ({ path: `/organisations/${await anOrganisation()}` }),
  },
  'sites.create': {
    action: 'site.created',
    request: async () => ({ path: '/sites', body: { name: aName(), orgId: home.orgId } }),
  },
  'sites.update': {
    action: 'site.changed',
    request: async () => ({ path: `/sites/${await aSite()}`, body: { location: 'Berlin' } }),
  },
  'sites.remove': {
    action: 'site.removed',
    request: async () => ({ path: `/sites/${await aSite()}` }),
  },
};

/** By the name of the endpoint in the contract. */
export const ALL_RECIPES: Readonly<Record<string, Recipe>> = { ...RECIPES, ...PEOPLE_RECIPES };
