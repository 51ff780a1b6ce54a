import { z } from 'zod';

/** Ids are UUIDv7 text outside the database; each noun has its own brand so that one cannot stand for another. */
const id = <Brand extends string>() => z.uuid().brand<Brand>();

export const OrgId = id<'OrgId'>();
export type OrgId = z.infer<typeof OrgId>;
export const SiteId = id<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;
export const DeviceId = id<'DeviceId'>();
export type DeviceId = z.infer<typeof DeviceId>;
export const UserId = id<'UserId'>();
export type UserId = z.infer<typeof UserId>;
export const SessionId = id<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;
export const EnrolmentTokenId = id<'EnrolmentTokenId'>();
export type EnrolmentTokenId = z.infer<typeof EnrolmentTokenId>;
export const CommandId = id<'CommandId'>();
export type CommandId = z.infer<typeof CommandId>;
export const EventId = id<'EventId'>();
export type EventId = z.infer<typeof EventId>;
export const RoleId = id<'RoleId'>();
export type RoleId = z.infer<typeof RoleId>;
export const GrantId = id<'GrantId'>();
export type GrantId = z.infer<typeof GrantId>;
export const GroupId = id<'GroupId'>();
export type GroupId = z.infer<typeof GroupId>;
export const ProviderId = id<'ProviderId'>();
export type ProviderId = z.infer<typeof ProviderId>;
export const PasskeyId = id<'PasskeyId'>();
export type PasskeyId = z.infer<typeof PasskeyId>;
export const ApprovalId = id<'ApprovalId'>();
export type ApprovalId = z.infer<typeof ApprovalId>;
export const FieldId = id<'FieldId'>();
export type FieldId = z.infer<typeof FieldId>;
export const ViewId = id<'ViewId'>();
export type ViewId = z.infer<typeof ViewId>;
export const ApiKeyId = id<'ApiKeyId'>();
export type ApiKeyId = z.infer<typeof ApiKeyId>;
