import { BUILT_IN_ROLES, type UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { newId } from '../../../platform/new-id.ts';
import { CAST_PASSWORD } from '../../../testing/cast.ts';
import {
  AN_ISSUER,
  aColleague,
  aCommand,
  aDevice,
  aField,
  aGroup,
  aGroupWith,
  anApproval,
  anAuditRow,
  aPasskey,
  aProvider,
  aPush,
  aRole,
  aSession,
  aTitle,
  aUserCode,
  aView,
  everything,
  type Maker,
} from './makers.ts';

/** How to make a request to each endpoint of the contract, by its name there. */
export const REQUESTS: Readonly<Record<string, Maker>> = {
  'auth.login': async () => ({ body: { email: 'nobody@example.org', password: 'wrong' } }),
  'auth.logout': everything,
  'auth.me': everything,
  'nodes.challenge': async () => ({ body: { key: 'msk_none' } }),
  'nodes.admit': async () => ({ body: { key: 'msk_none', signature: 'A'.repeat(86) } }),
  'factors.finish': async () => ({ body: { ticket: 'mtk_none', proof: { method: 'totp', code: '000000' } } }),
  'factors.passkeyOptions': async () => ({ body: {} }),
  'factors.passkeySignIn': async () => ({ body: { challengeId: newId<string>(), response: { id: 'x' } } }),
  'factors.prove': async () => ({ body: { proof: { method: 'password', password: CAST_PASSWORD } } }),
  'factors.proveOptions': everything,
  'factors.list': everything,
  'factors.beginTotp': everything,
  'factors.confirmTotp': async () => ({ body: { code: '000000' } }),
  'factors.removeTotp': everything,
  'factors.renewRecoveryCodes': async ({ cast, userId }) => {
    await aPasskey(cast, userId);
    return {};
  },
  'factors.passkeyRegistration': everything,
  'factors.addPasskey': async () => ({ body: { challengeId: newId<string>(), name: 'x', response: {} } }),
  'factors.renamePasskey': async ({ cast, userId }) => ({
    params: { passkeyId: await aPasskey(cast, userId) },
    body: { name: 'of the test' },
  }),
  'factors.removePasskey': async ({ cast, userId }) => ({
    params: { passkeyId: await aPasskey(cast, userId) },
  }),
  'factors.reset': async (stage) => {
    const colleague = await aColleague(stage);
    await aPasskey(stage.cast, colleague.params?.userId as UserId);
    return colleague;
  },
  'sessions.mine': everything,
  'sessions.end': async ({ cast, userId }) => ({ params: { sessionId: await aSession(cast, userId) } }),
  'sessions.endOthers': everything,
  'sessions.ofPerson': aColleague,
  'sessions.endOfPerson': async (stage) => {
    const { params } = await aColleague(stage);
    return { params: { ...params, sessionId: await aSession(stage.cast, params?.userId as UserId) } };
  },
  'signInTokens.issue': async (stage) => {
    const { cast } = stage;
    const userId = (await aColleague(stage)).params?.userId;
    const { rows } = await cast.database.system('test', (tx) =>
      tx.execute<{ email: string }>(sql`select email from users where id = ${userId}`),
    );
    return { body: { credentials: { email: rows[0]?.email, password: CAST_PASSWORD } } };
  },
  'signInTokens.refresh': async () => ({ body: { refreshToken: 'mrt_none' } }),
  'deviceLogins.begin': async ({ cast }) => {
    // One address may have only so many that wait, and this test asks as many people do.
    await cast.database.system('test', (tx) => tx.execute(sql`delete from device_logins`));
    return { body: { client: 'test' } };
  },
  'deviceLogins.poll': async () => ({ body: { deviceCode: 'mdc_none' } }),
  'deviceLogins.inspect': async (stage) => ({ body: { userCode: await aUserCode(stage) } }),
  'deviceLogins.decide': async (stage) => ({ body: { userCode: await aUserCode(stage), approve: true } }),
  'system.status': everything,
  'system.listen': async () => ({ body: { address: '127.0.0.1' } }),
  'system.publishGateways': async () => ({ body: { addresses: ['127.0.0.1:8443'] } }),
  'system.prepareAgentBuild': async () => ({ params: { platform: 'darwin-arm64' } }),
  'settings.list': everything,
  'settings.update': async () => ({ params: { key: 'installation.name' }, body: { value: 'Muster' } }),
  'settings.reset': async () => ({ params: { key: 'installation.name' } }),
  'system.sites': everything,
  'system.liveTicket': everything,
  'devices.list': everything,
  'devices.summary': everything,
  'devices.overview': everything,
  'devices.explain': async () => ({ body: { query: 'os = linux' } }),
  'devices.fields': everything,
  'devices.complete': async () => ({ query: 'field=hostname' }),
  'devices.get': aDevice('active'),
  'devices.transfer': async ({ cast, tenant }) => ({
    params: { deviceId: await cast.aDevice(tenant) },
    body: { siteId: tenant.siteId },
  }),
  'devices.update': aDevice('active', { displayName: 'renamed' }),
  'devices.tag': async ({ cast, tenant }) => ({
    body: { deviceIds: [await cast.aDevice(tenant)], set: { role: 'web' } },
  }),
  'devices.approve': aDevice('pending'),
  'devices.suspend': aDevice('active', {}),
  'devices.resume': aDevice('suspended'),
  'devices.revoke': aDevice('active', {}),
  'devices.retire': aDevice('active', {}),
  'telemetry.get': aDevice('active'),
  'inventory.states': aDevice('active'),
  'inventory.items': async ({ cast, tenant }) => ({
    params: { deviceId: await cast.aDevice(tenant), category: 'hardware' },
  }),
  'inventory.software': aDevice('active'),
  'inventory.changes': aDevice('active'),
  'inventory.push': async ({ cast, tenant }) => ({ body: await aPush(await cast.aDevice(tenant), 'nginx') }),
  'inventory.titles': everything,
  'inventory.versions': async (stage) => ({ params: { titleId: await aTitle(stage) } }),
  'inventory.arrivals': async (stage) => ({ params: { titleId: await aTitle(stage) } }),
  'timeline.ofDevice': aDevice('active'),
  'commands.run.process.list': aDevice('active', { payload: {} }),
  'commands.run.process.kill': aDevice('active', { payload: { pid: 7, startToken: 'x', bootId: 'y' } }),
  'commands.run.inventory.collect': aDevice('active', { payload: {} }),
  'commands.run.network.connections': aDevice('active', { payload: {} }),
  'commands.catalogue': everything,
  'commands.list': everything,
  'commands.get': aCommand,
  'commands.cancel': aCommand,
  'tokens.list': everything,
  'tokens.create': async ({ tenant }) => ({ body: { siteId: tenant.siteId } }),
  'tokens.revoke': async ({ cast, tenant }) => {
    const body = { siteId: tenant.siteId, description: tenant.name };
    const made = await cast.call(cast.running.token, 'POST', '/enrolment-tokens', body);
    return { params: { tokenId: (made.body as { token: { id: string } }).token.id } };
  },
  'audit.list': everything,
  'audit.get': anAuditRow('index'),
  'audit.erase': async (stage) => ({ ...(await anAuditRow('index')(stage)), body: { reason: 'a test' } }),
  'audit.checkpoints': everything,
  'audit.inclusion': anAuditRow('index'),
  'audit.consistency': anAuditRow('size'),
  'access.permissions': everything,
  'access.explain': async ({ cast, tenant }) => ({ query: `deviceId=${await cast.aDevice(tenant)}` }),
  'access.roles': everything,
  'access.createRole': async () => ({ body: { name: newId<string>(), permissions: ['devices:read'] } }),
  'access.updateRole': async (stage) => ({ ...(await aRole(stage)), body: { description: 'changed' } }),
  'access.removeRole': aRole,
  'access.grant': async (stage) => ({
    ...(await aColleague(stage)),
    body: { roleId: BUILT_IN_ROLES.auditor.id, orgId: stage.tenant.orgId },
  }),
  'access.withdraw': async (stage) => {
    const { params } = await aColleague(stage);
    const { rows } = await stage.cast.database.system('test', (tx) =>
      tx.execute<{ id: string }>(sql`select id from grants where user_id = ${params?.userId}::uuid`),
    );
    return { params: { grantId: rows[0]?.id ?? '' } };
  },
  'approvals.list': everything,
  'approvals.get': anApproval('own'),
  'approvals.approve': anApproval('of a colleague'),
  'approvals.deny': anApproval('of a colleague'),
  'approvals.withdraw': anApproval('own'),
  'groups.list': everything,
  'groups.preview': async () => ({ body: { query: 'os = linux' } }),
  'groups.create': async ({ tenant }) => ({
    body: { name: `${tenant.name} ${newId<string>()}`, orgId: tenant.orgId },
  }),
  'groups.update': async (stage) => ({ ...(await aGroup(stage)), body: { description: 'changed' } }),
  'groups.remove': aGroup,
  'groups.devices': aGroup,
  'groups.changes': aGroup,
  'groups.add': aGroupWith((deviceId) => ({ deviceIds: [deviceId] })),
  'groups.take': aGroupWith((deviceId) => ({ deviceIds: [deviceId] })),
  'policies.fields': everything,
  'policies.list': everything,
  'policies.get': async ({ tenant }) => ({ params: { kind: 'organisation', placeId: tenant.orgId } }),
  'policies.set': async ({ tenant }) => ({
    params: { kind: 'organisation', placeId: tenant.orgId },
    body: { fields: {} },
  }),
  'policies.preview': async ({ tenant }) => ({
    params: { kind: 'site', placeId: tenant.siteId },
    body: { fields: { offlineLimit: 300 } },
  }),
  'policies.effective': aDevice('active'),
  'views.list': everything,
  'views.create': async () => ({ body: { name: newId<string>(), query: 'os = linux' } }),
  'views.update': async (stage) => ({ ...(await aView(stage)), body: { sort: '-cpu' } }),
  'views.remove': aView,
  'fields.list': everything,
  'fields.create': async ({ tenant }) => ({
    body: { orgId: tenant.orgId, key: `k${newId<string>().slice(-12)}`, title: 'Owner', kind: 'text' },
  }),
  'fields.update': async (stage) => ({ ...(await aField(stage)), body: { title: 'changed' } }),
  'fields.remove': aField,
  'fields.ofDevice': aDevice('active'),
  'fields.ofSite': async ({ tenant }) => ({ params: { siteId: tenant.siteId } }),
  'fields.ofOrganisation': async ({ tenant }) => ({ params: { orgId: tenant.orgId } }),
  'fields.setOfDevice': aDevice('active', { values: {} }),
  'fields.setOfSite': async ({ tenant }) => ({ params: { siteId: tenant.siteId }, body: { values: {} } }),
  'fields.setOfOrganisation': async ({ tenant }) => ({
    params: { orgId: tenant.orgId },
    body: { values: {} },
  }),
  'tags.ofDevice': aDevice('active'),
  'tags.ofGroup': aGroup,
  'tags.setOfGroup': async ({ cast, tenant }) => {
    const id = newId<string>();
    // It has the members of its query already: nothing about it changes behind the test's back.
    await cast.database.system('test', (tx) =>
      tx.execute(sql`insert into groups (id, org_id, name, query, queued_query, settled_query)
        values (${id}, ${tenant.orgId}, ${`${tenant.name} smart ${id}`}, 'os = windows', 'os = windows', 'os = windows')`),
    );
    return { params: { groupId: id }, body: { tags: { role: 'web' } } };
  },
  'users.list': everything,
  'users.get': aColleague,
  'users.invite': async ({ tenant }) => ({
    body: {
      email: `${newId<string>()}@example.org`,
      name: tenant.name,
      grants: [{ roleId: BUILT_IN_ROLES.viewer.id, orgId: tenant.orgId }],
    },
  }),
  'users.resetPassword': aColleague,
  'users.disable': aColleague,
  'users.enable': aColleague,
  'users.remove': aColleague,
  'passwords.inspect': async () => ({ body: { token: 'link_none' } }),
  'passwords.redeem': async () => ({ body: { token: 'link_none', password: 'correct horse battery' } }),
  'passwords.change': async () => ({
    body: { currentPassword: 'none', newPassword: 'correct horse battery' },
  }),
  'keys.list': everything,
  'keys.create': async ({ cast, tenant }) => ({
    body: { name: tenant.name, deviceId: await cast.aDevice(tenant) },
  }),
  'keys.revoke': async ({ cast, tenant, userId }) => {
    const id = newId<string>();
    await cast.database.system('test', (tx) =>
      tx.execute(sql`insert into api_keys (id, user_id, name, prefix, secret_hash, expires_at)
        values (${id}, ${userId}, ${tenant.name}, ${id}, sha256(${id}::bytea), now() + interval '1 day')`),
    );
    return { params: { keyId: id } };
  },
  'providers.list': everything,
  'providers.create': async () => ({ body: { name: newId<string>(), settings: AN_ISSUER } }),
  'providers.update': async (stage) => ({ ...(await aProvider(stage)), body: { enabled: false } }),
  'providers.remove': aProvider,
  'providers.test': aProvider,
  'signInProviders.list': everything,
  'organisations.list': everything,
  'organisations.create': async () => ({ body: { name: newId<string>() } }),
  'organisations.update': async ({ tenant }) => ({
    params: { orgId: tenant.orgId },
    body: { name: tenant.name },
  }),
  'organisations.setPartner': async ({ tenant }) => ({
    params: { orgId: tenant.orgId },
    body: { partnerId: null },
  }),
  'organisations.remove': async ({ cast, tenant }) => ({
    params: { orgId: (await cast.aTenant(`${tenant.name} ${newId<string>()}`)).orgId },
  }),
  'sites.create': async ({ tenant }) => ({
    body: { orgId: tenant.orgId, name: `${tenant.name} ${newId<string>()}` },
  }),
  'sites.update': async ({ tenant }) => ({ params: { siteId: tenant.siteId }, body: { location: 'Berlin' } }),
  'sites.remove': async ({ cast, tenant }) => ({
    params: { siteId: await cast.aSite(tenant.orgId, `${tenant.name} ${newId<string>()}`) },
  }),
};
