import { z } from 'zod';
import { ApiKeyId, DeviceId, UserId } from '../../ids/index.ts';
import { demands, open } from '../base.ts';
import { Instant, PageInput, page } from '../shapes.ts';
import { Grant, NewGrant, PermissionName } from './access.ts';

/** A person. `grants` are those that whoever asks may see. */
export const User = z.object({
  id: UserId,
  email: z.string(),
  name: z.string(),
  state: z.enum(['invited', 'active', 'disabled']),
  grants: z.array(Grant),
  createdAt: Instant,
  lastSeenAt: Instant.nullable(),
});
export type User = z.infer<typeof User>;

/** A link that lets its holder choose a password, once. After the # nothing leaves the browser. */
export const PasswordLink = z.object({ token: z.string(), path: z.string(), expiresAt: Instant });
export type PasswordLink = z.infer<typeof PasswordLink>;

const one = z.object({ userId: UserId });
const linkToken = z.string().min(1).max(200);

/** Long enough; everything else is the server's list of common passwords. No classes of characters. */
export const NewPassword = z.string().min(12, 'must have at least 12 characters').max(1_000);

export const users = {
  list: demands('users:read')
    .route({ method: 'GET', path: '/users', summary: 'List people' })
    .input(PageInput.extend({ search: z.string().max(200).default('') }))
    .output(page(User)),
  get: demands('users:read')
    .route({ method: 'GET', path: '/users/{userId}', summary: 'Get one person' })
    .input(one)
    .output(User),
  invite: demands('users:manage')
    .route({
      method: 'POST',
      path: '/users',
      summary: 'Invite a person',
      description: 'Answers with a single-use link that expires; it is shown once.',
      successStatus: 201,
    })
    .input(
      z.object({
        email: z.email().max(254),
        name: z.string().trim().min(1).max(200),
        grants: z.array(NewGrant).max(100).default([]),
      }),
    )
    .output(z.object({ user: User, link: PasswordLink })),
  resetPassword: demands('users:manage')
    .route({
      method: 'POST',
      path: '/users/{userId}/password-link',
      summary: 'Make a new single-use link for a password',
      description:
        'The old password works until the link is used. An invitation that expired is renewed the same way.',
      successStatus: 201,
    })
    .input(one)
    .output(PasswordLink),
  disable: demands('users:manage')
    .route({ method: 'POST', path: '/users/{userId}/disable', summary: 'Keep a person out, at once' })
    .input(one)
    .output(User),
  enable: demands('users:manage')
    .route({ method: 'POST', path: '/users/{userId}/enable', summary: 'Let a disabled person back in' })
    .input(one)
    .output(User),
  remove: demands('users:manage')
    .route({ method: 'DELETE', path: '/users/{userId}', summary: 'Remove a person', successStatus: 204 })
    .input(one),
};

export const passwords = {
  inspect: open('public', 'Whoever holds a link may see whose it is; guessing is throttled.')
    .route({ method: 'POST', path: '/auth/password-links/inspect', summary: 'Whose password link is this' })
    .input(z.object({ token: linkToken }))
    .output(
      z.object({
        email: z.string(),
        name: z.string(),
        purpose: z.enum(['invitation', 'reset']),
        expiresAt: Instant,
      }),
    ),
  redeem: open('public', 'The single-use link stands for the person; guessing is throttled.')
    .route({
      method: 'POST',
      path: '/auth/password-links/redeem',
      summary: 'Choose a password by link',
      description: 'Ends every session of that person. Sign in afterwards.',
    })
    .input(z.object({ token: linkToken, password: NewPassword }))
    .output(z.object({ email: z.string() })),
  change: open('authenticated', 'Everybody may change their own password, by saying the present one.')
    .route({
      method: 'POST',
      path: '/auth/password',
      summary: 'Change your password',
      description: 'Ends every other session of yours.',
      successStatus: 204,
    })
    .input(z.object({ currentPassword: z.string().min(1).max(1_000), newPassword: NewPassword })),
};

export const ApiKey = z.object({
  id: ApiKeyId,
  userId: UserId,
  userName: z.string(),
  name: z.string(),
  /** How the secret begins: enough to know it again, not to use it. */
  prefix: z.string(),
  /** Null: whatever its maker may do at that moment. */
  permissions: z.array(z.string()).nullable(),
  /** A key bound to a node speaks for that device alone. */
  deviceId: DeviceId.nullable(),
  /** Ed25519, 32 bytes in base64. With it the secret alone opens nothing: its node signs challenges. */
  publicKey: z.string().nullable(),
  state: z.enum(['active', 'expired', 'revoked']),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const keys = {
  list: demands('keys:manage')
    .route({
      method: 'GET',
      path: '/api-keys',
      summary: 'List API keys of your own, or of a person you manage',
    })
    .input(z.object({ userId: UserId.optional() }))
    .output(z.object({ items: z.array(ApiKey) })),
  create: demands('keys:manage')
    .route({
      method: 'POST',
      path: '/api-keys',
      summary: 'Create an API key',
      description:
        'The secret is shown once and sent as `Authorization: Bearer`. A key never allows more than its maker may do when it is used.',
      successStatus: 201,
    })
    .input(
      z.object({
        name: z.string().trim().min(1).max(200),
        permissions: z.array(PermissionName).min(1).max(200).nullable().default(null),
        deviceId: DeviceId.nullable().default(null),
        /** PEM or base64 of the Ed25519 key of the node; needs `deviceId`. */
        publicKey: z.string().max(500).nullable().default(null),
        expiresInMs: z
          .number()
          .int()
          .min(60_000)
          .max(366 * 86_400_000)
          .default(90 * 86_400_000),
      }),
    )
    .output(z.object({ key: ApiKey, secret: z.string() })),
  revoke: demands('keys:manage')
    .route({ method: 'DELETE', path: '/api-keys/{keyId}', summary: 'Revoke an API key' })
    .input(z.object({ keyId: ApiKeyId }))
    .output(ApiKey),
};
