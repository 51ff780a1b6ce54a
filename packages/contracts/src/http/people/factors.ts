import { z } from 'zod';
import { PasskeyId, SessionId, UserId } from '../../ids/index.ts';
import { demands, open, openDuringSetUp } from '../base.ts';
import { Instant } from '../shapes.ts';
import { SignedIn } from './identity.ts';

/** How somebody can prove a second time who they are. */
export const FactorMethod = z.enum(['totp', 'recovery', 'passkey']);
export type FactorMethod = z.infer<typeof FactorMethod>;

/** A WebAuthn message, in the shapes of @simplewebauthn: the browser's library and the server's read them, nobody else. */
const Ceremony = z.record(z.string(), z.unknown());
const ChallengeId = z.uuid();

/** What a passkey is asked: pass `options` to the browser, and what it answers back with the id. */
export const PasskeyChallenge = z.object({ challengeId: ChallengeId, options: Ceremony });
export type PasskeyChallenge = z.infer<typeof PasskeyChallenge>;

const Code = z.string().trim().min(6).max(40);
const PasskeyAnswer = z.object({ challengeId: ChallengeId, response: Ceremony });

/** One proof of who somebody is. */
export const FactorProof = z.discriminatedUnion('method', [
  z.object({ method: z.literal('totp'), code: Code }),
  z.object({ method: z.literal('recovery'), code: Code }),
  PasskeyAnswer.extend({ method: z.literal('passkey') }),
]);
export type FactorProof = z.infer<typeof FactorProof>;

/** For proving again what a session began with: the password counts too. */
export const Proof = z.discriminatedUnion('method', [
  z.object({ method: z.literal('password'), password: z.string().min(1).max(1_000) }),
  ...FactorProof.options,
]);
export type Proof = z.infer<typeof Proof>;

export const Passkey = z.object({
  id: PasskeyId,
  name: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  /** The keychain keeps copies of it on other devices. */
  synced: z.boolean(),
});
export type Passkey = z.infer<typeof Passkey>;

export const Factors = z.object({
  /** Whether there is a password here; people of a provider have none. */
  password: z.boolean(),
  totp: z.object({ confirmedAt: Instant }).nullable(),
  recoveryCodesLeft: z.number().int(),
  passkeys: z.array(Passkey),
  /** A role demands one. */
  required: z.boolean(),
});
export type Factors = z.infer<typeof Factors>;

/** Told once; only hashes are kept. */
const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
const own = 'Everybody may see and change their own second factors.';
const Ticket = z.string().min(1).max(200);
const cookie = z.boolean().default(false);

export const factors = {
  finish: open('public', 'The ticket of a right password is what counts here.')
    .route({
      method: 'POST',
      path: '/auth/factor',
      summary: 'Finish signing in with a second factor',
    })
    .input(z.object({ ticket: Ticket, proof: FactorProof, cookie }))
    .output(SignedIn),
  passkeyOptions: open('public', 'A challenge says nothing about anybody.')
    .route({
      method: 'POST',
      path: '/auth/passkey/options',
      summary: 'Get a challenge for signing in with a passkey',
      description: 'With the ticket of a password as second factor; without one the passkey alone signs in.',
    })
    .input(z.object({ ticket: Ticket.optional() }))
    .output(PasskeyChallenge),
  passkeySignIn: open('public', 'Signing in is how a person becomes known.')
    .route({ method: 'POST', path: '/auth/passkey', summary: 'Sign in with a passkey alone' })
    .input(PasskeyAnswer.extend({ cookie }))
    .output(SignedIn),
  prove: openDuringSetUp('Everybody may prove again who they are.')
    .route({
      method: 'POST',
      path: '/auth/prove',
      summary: 'Prove again who one is, before something dangerous',
    })
    .input(z.object({ proof: Proof }))
    .output(z.object({ provedAt: Instant })),
  proveOptions: openDuringSetUp('Everybody may prove again who they are.')
    .route({
      method: 'POST',
      path: '/auth/prove/passkey-options',
      summary: 'Get a challenge for proving with a passkey',
    })
    .output(PasskeyChallenge),
  list: openDuringSetUp(own)
    .route({ method: 'GET', path: '/auth/factors', summary: 'My second factors' })
    .output(Factors),
  beginTotp: openDuringSetUp(own)
    .route({
      method: 'POST',
      path: '/auth/factors/totp',
      summary: 'Begin with one-time passwords',
      description: 'The secret is told this once and counts only after a code of it was confirmed.',
      successStatus: 201,
    })
    .output(z.object({ secret: z.string(), uri: z.string() })),
  confirmTotp: openDuringSetUp(own)
    .route({
      method: 'POST',
      path: '/auth/factors/totp/confirm',
      summary: 'Confirm one-time passwords with a code',
    })
    .input(z.object({ code: Code }))
    .output(RecoveryCodes),
  removeTotp: openDuringSetUp(own).route({
    method: 'DELETE',
    path: '/auth/factors/totp',
    summary: 'Give up one-time passwords',
    successStatus: 204,
  }),
  renewRecoveryCodes: openDuringSetUp(own)
    .route({
      method: 'POST',
      path: '/auth/factors/recovery-codes',
      summary: 'Make new recovery codes; the old ones are worthless then',
    })
    .output(RecoveryCodes),
  passkeyRegistration: openDuringSetUp(own)
    .route({
      method: 'POST',
      path: '/auth/factors/passkeys/options',
      summary: 'Get a challenge for a new passkey',
    })
    .output(PasskeyChallenge),
  addPasskey: openDuringSetUp(own)
    .route({ method: 'POST', path: '/auth/factors/passkeys', summary: 'Add a passkey', successStatus: 201 })
    .input(PasskeyAnswer.extend({ name: z.string().trim().min(1).max(100) }))
    .output(z.object({ passkey: Passkey, recoveryCodes: z.array(z.string()) })),
  renamePasskey: openDuringSetUp(own)
    .route({
      method: 'PUT',
      path: '/auth/factors/passkeys/{passkeyId}/name',
      summary: 'Rename a passkey',
    })
    .input(z.object({ passkeyId: PasskeyId, name: z.string().trim().min(1).max(100) }))
    .output(Passkey),
  removePasskey: openDuringSetUp(own)
    .route({
      method: 'DELETE',
      path: '/auth/factors/passkeys/{passkeyId}',
      summary: 'Remove a passkey',
      successStatus: 204,
    })
    .input(z.object({ passkeyId: PasskeyId })),
  reset: demands('users:manage')
    .route({
      method: 'DELETE',
      path: '/users/{userId}/factors',
      summary: 'Take all second factors from a person who lost them',
      description:
        'Ends their sessions; where a role demands a factor, they set up a new one when they sign in.',
      successStatus: 204,
    })
    .input(z.object({ userId: UserId })),
};

export const Session = z.object({
  id: SessionId,
  address: z.string(),
  userAgent: z.string(),
  /** How it was proved who this is: password, totp, recovery, passkey, or by which kind of provider. */
  methods: z.array(z.string()),
  createdAt: Instant,
  seenAt: Instant,
  expiresAt: Instant,
  /** The one that asks. */
  current: z.boolean(),
});
export type Session = z.infer<typeof Session>;

const ownSessions = 'Everybody may see and end their own sessions.';

export const sessions = {
  mine: openDuringSetUp(ownSessions)
    .route({ method: 'GET', path: '/auth/sessions', summary: 'Where I am signed in' })
    .output(z.object({ items: z.array(Session) })),
  end: openDuringSetUp(ownSessions)
    .route({
      method: 'DELETE',
      path: '/auth/sessions/{sessionId}',
      summary: 'End one of my sessions',
      successStatus: 204,
    })
    .input(z.object({ sessionId: SessionId })),
  endOthers: openDuringSetUp(ownSessions)
    .route({ method: 'POST', path: '/auth/sessions/end-others', summary: 'End all my sessions but this one' })
    .output(z.object({ ended: z.number().int() })),
  ofPerson: demands('users:manage')
    .route({ method: 'GET', path: '/users/{userId}/sessions', summary: 'Where a person is signed in' })
    .input(z.object({ userId: UserId }))
    .output(z.object({ items: z.array(Session) })),
  endOfPerson: demands('users:manage')
    .route({
      method: 'DELETE',
      path: '/users/{userId}/sessions/{sessionId}',
      summary: 'End a session of a person',
      successStatus: 204,
    })
    .input(z.object({ userId: UserId, sessionId: SessionId })),
};
