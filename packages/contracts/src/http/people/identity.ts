import { z } from 'zod';
import { UserId } from '../../ids/index.ts';
import { open, openDuringSetUp } from '../base.ts';
import { Instant } from '../shapes.ts';

export const Me = z.object({
  id: UserId,
  email: z.string(),
  name: z.string(),
  permissions: z.array(z.string()),
  /** A role demands a second factor and there is none: nothing but setting one up is possible. */
  mustSetUpFactor: z.boolean(),
});
export type Me = z.infer<typeof Me>;

/** What signing in gives, by whatever means; the token is told this once. */
export const SignedIn = z.object({ token: z.string(), expiresAt: Instant, user: Me });
export type SignedIn = z.infer<typeof SignedIn>;

/**
 * An address; or what a directory knows people by, where one is set up. Directories compare folded text: spellings that
 * mean the same to them are made one here, or each would be counted for itself when somebody guesses.
 */
const Login = z
  .string()
  .max(254)
  .regex(/^[^\p{C}\p{DI}]+$/u, 'must not hold control characters or invisible ones')
  .overwrite((login) => login.normalize('NFKC').replace(/\s+/g, ' ').trim())
  .min(1);
/** What somebody types to sign in. */
export const Credentials = z.object({ email: Login, password: z.string().min(1).max(1_000) });

export const auth = {
  login: open('public', 'Signing in is how a person becomes known.')
    .route({
      method: 'POST',
      path: '/auth/login',
      summary: 'Sign in',
      description:
        'Also sets the console cookie when `cookie` is true. Where a second factor is needed: 401 factor_required with a ticket for POST /auth/factor.',
    })
    .input(Credentials.extend({ cookie: z.boolean().default(false) }))
    .output(SignedIn),
  logout: openDuringSetUp('Everybody may end their own session.').route({
    method: 'POST',
    path: '/auth/logout',
    summary: 'Sign out',
    successStatus: 204,
  }),
  me: openDuringSetUp('Everybody may see who they are.')
    .route({ method: 'GET', path: '/auth/me', summary: 'Who am I' })
    .output(Me),
};
