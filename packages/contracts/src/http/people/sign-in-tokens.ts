import { z } from 'zod';
import { open } from '../base.ts';
import { Instant } from '../shapes.ts';
import { Credentials, SignedIn } from './identity.ts';

/** A short-lived token for requests, and one that gets the next pair, once. */
export const TokenPair = z.object({
  accessToken: z.string(),
  /** Seconds that the access token lives. */
  expiresIn: z.number().int(),
  refreshToken: z.string(),
});
export type TokenPair = z.infer<typeof TokenPair>;

/** Tokens for scripts, beside the session token that POST /auth/login gives. */
export const signInTokens = {
  issue: open('public', 'Signing in is how a person becomes known.')
    .route({
      method: 'POST',
      path: '/auth/token',
      summary: 'Get an access token and a refresh token',
      description:
        'With `credentials`, or with an empty object as somebody who is signed in. Where a second factor is needed: 401 factor_required as at POST /auth/login; finish with POST /auth/factor and ask again as its session.',
    })
    .input(z.object({ credentials: Credentials.optional() }))
    .output(TokenPair),
  refresh: open('public', 'The refresh token is what counts here.')
    .route({
      method: 'POST',
      path: '/auth/token/refresh',
      summary: 'Exchange a refresh token for the next pair',
      description: 'A refresh token counts once. One that is used again ends its session.',
    })
    .input(z.object({ refreshToken: z.string().min(1).max(200) }))
    .output(TokenPair),
};

const UserCode = z
  .string()
  .max(20)
  .overwrite((code) => code.toUpperCase().replace(/[^A-Z]/g, ''))
  .length(8);

/** What somebody who is signed in sees before they let a program sign in as them. */
export const DeviceLogin = z.object({
  userCode: z.string(),
  /** What the program calls itself; nobody has checked that. */
  client: z.string(),
  address: z.string(),
  userAgent: z.string(),
  createdAt: Instant,
  expiresAt: Instant,
});
export type DeviceLogin = z.infer<typeof DeviceLogin>;

/** How a sign-in by code stands. `slow_down`: it asked too soon, and waits longer from now on. */
export const DeviceLoginState = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['pending', 'slow_down']), interval: z.number().int() }),
  z.object({ state: z.enum(['denied', 'expired']) }),
  SignedIn.extend({ state: z.literal('signed_in') }),
]);
export type DeviceLoginState = z.infer<typeof DeviceLoginState>;

const own = 'Everybody may let a program sign in as themselves.';

/** Signing in with a code that is approved in the console, in the manner of RFC 8628. */
export const deviceLogins = {
  begin: open('public', 'Nobody is known before a code is approved.')
    .route({
      method: 'POST',
      path: '/auth/device',
      summary: 'Begin to sign in with a code',
      description:
        'Show `userCode` and `verificationUrl`, then ask POST /auth/device/token every `interval`.',
    })
    .input(z.object({ client: z.string().trim().min(1).max(100) }))
    .output(
      z.object({
        deviceCode: z.string(),
        userCode: z.string(),
        verificationUrl: z.string(),
        /** Seconds. */
        interval: z.number().int(),
        /** Seconds. */
        expiresIn: z.number().int(),
      }),
    ),
  poll: open('public', 'The device code is what counts here.')
    .route({ method: 'POST', path: '/auth/device/token', summary: 'Ask whether the code was approved' })
    .input(z.object({ deviceCode: z.string().min(1).max(200) }))
    .output(DeviceLoginState),
  inspect: open('authenticated', own)
    .route({ method: 'POST', path: '/auth/device/inspect', summary: 'See who asks with a code' })
    .input(z.object({ userCode: UserCode }))
    .output(DeviceLogin),
  decide: open('authenticated', own)
    .route({
      method: 'POST',
      path: '/auth/device/decide',
      summary: 'Let a program sign in as oneself, or refuse it',
      description: 'Approving needs a fresh proof: 401 step_up_required.',
      successStatus: 204,
    })
    .input(z.object({ userCode: UserCode, approve: z.boolean() })),
};

const NodeKey = z.string().min(1).max(200);
const byKey = 'The API key of the node is what counts here, and its signature.';

/** How foreign nodes whose API key has a public key prove that they hold the private one (EN-4). */
export const nodes = {
  challenge: open('public', byKey)
    .route({
      method: 'POST',
      path: '/auth/node/challenge',
      summary: 'Get what a node has to sign',
      description: 'Good for a minute and for one answer; it replaces the one before.',
    })
    .input(z.object({ key: NodeKey }))
    .output(
      z.object({
        /** Sign these bytes as they are (UTF-8), with Ed25519. */
        message: z.string(),
        expiresAt: Instant,
      }),
    ),
  admit: open('public', byKey)
    .route({
      method: 'POST',
      path: '/auth/node/token',
      summary: 'Get an access token for a signature',
      description: 'The token speaks for the device of the key, and dies with the key.',
    })
    .input(
      z.object({
        key: NodeKey,
        /** Of the message: 64 bytes in base64. */
        signature: z.string().regex(/^[\w+/-]{86}(==)?$/, 'must be an Ed25519 signature in base64'),
      }),
    )
    .output(
      z.object({
        accessToken: z.string(),
        /** Seconds. */
        expiresIn: z.number().int(),
      }),
    ),
};
