import type { Provider, UserId } from '@muster/contracts';
import { z } from 'zod';
import type { Tx } from '../../../../platform/db/index.ts';
import { findUser, insertInvited, lockUsers, type UserRow } from '../../db/users.ts';
import { findIdentity, isLinked, keepIdentity } from '../db/identity-rows.ts';
import { findPersonByEmail } from '../db/person-rows.ts';
import type { ProviderRow } from '../db/provider-rows.ts';
import { SignInRefused } from '../domain/sign-in-refused.ts';
import type { ProvidersDeps } from '../providers-deps.ts';
import { reconcileGrants } from './reconcile-grants.ts';

/** Somebody as a provider vouches for them. */
export type Vouched = {
  /** What never changes of them at this provider. */
  readonly subject: string;
  readonly email: string | undefined;
  readonly isEmailVerified: boolean;
  readonly name: string | undefined;
  /** Whether a mapping's group is one of theirs. */
  readonly isIn: (group: string) => boolean;
};

type Deps = Pick<ProvidersDeps, 'audit'>;
/** A provider with what happens to whoever comes by it. */
export type Admitting = Pick<ProviderRow, 'id' | 'name' | 'settings' | 'mappings'>;

/**
 * The person here for whom a provider vouches, with the roles of their groups from now on. The first time they become
 * one, or are found by their verified address, where the provider's settings say so. Throws SignInRefused.
 */
export async function admitPerson(
  deps: Deps,
  tx: Tx,
  provider: Admitting,
  vouched: Vouched,
): Promise<UserRow> {
  const userId = (await findKnown(tx, provider, vouched)) ?? (await meet(deps, tx, provider, vouched));
  await keepIdentity(tx, { providerId: provider.id, subject: vouched.subject, userId });
  await reconcileGrants(deps, tx, { provider, userId, isIn: vouched.isIn });
  const user = await findUser(tx, userId);
  if (!user) throw new SignInRefused('kept_out', 'That person was removed here at this moment.');
  return user;
}

async function findKnown(tx: Tx, { id }: Admitting, { subject }: Vouched): Promise<UserId | undefined> {
  const known = await findIdentity(tx, id, subject);
  if (known && !known.isLiving)
    throw new SignInRefused('kept_out', 'That person was disabled or removed here.');
  return known?.userId;
}

/** Whoever comes for the first time. */
async function meet(deps: Deps, tx: Tx, provider: Admitting, vouched: Vouched): Promise<UserId> {
  const { settings } = provider;
  if (!settings.createPeople && !settings.linkByEmail)
    throw new SignInRefused(
      'not_invited',
      'Nobody here has that identity, and the provider neither creates people nor finds them by address.',
    );
  const email = verifiedEmail(vouched);
  // Two first sign-ins at one moment would both see a free address; the second one finds what the first one made.
  await lockUsers(tx);
  const met = await findKnown(tx, provider, vouched);
  if (met) return met;
  const present = await findPersonByEmail(tx, email);
  if (!present) {
    if (!settings.createPeople)
      throw new SignInRefused('not_invited', `Nobody here has the address ${email}.`);
    const name = vouched.name?.slice(0, 200) || email;
    const userId = await insertInvited(tx, { email, name });
    await tell(deps, tx, provider, { action: 'user.provisioned', userId, email });
    return userId;
  }
  if (!settings.linkByEmail)
    throw new SignInRefused(
      'address_taken',
      `${email} is somebody here already, and the provider does not link.`,
    );
  if (!present.isLiving) throw new SignInRefused('kept_out', `${email} is disabled here.`);
  // The address may have passed from one person to another; the subject would not have.
  if (await isLinked(tx, provider.id, present.userId))
    throw new SignInRefused('address_taken', `${email} belongs to another identity of this provider.`);
  await tell(deps, tx, provider, { action: 'user.linked', userId: present.userId, email });
  return present.userId;
}

/** An address that nobody vouches for would let its inventor become whoever they like. */
function verifiedEmail({ email, isEmailVerified }: Vouched): string {
  const address = z.email().max(254).safeParse(email?.toLowerCase()).data;
  if (!address)
    throw new SignInRefused('address_unverified', 'The provider tells no address of that person.');
  if (!isEmailVerified)
    throw new SignInRefused('address_unverified', `The provider does not say that ${address} is verified.`);
  return address;
}

async function tell(
  { audit }: Deps,
  tx: Tx,
  { id, name, settings }: Admitting,
  person: {
    readonly action: 'user.provisioned' | 'user.linked';
    readonly userId: UserId;
    readonly email: string;
  },
): Promise<void> {
  const { action, userId, email } = person;
  const provider = { id, name, kind: settings.kind } satisfies Partial<Provider>;
  await audit.append(tx, {
    by: { kind: 'system', id: `provider:${id}`, name, via: null },
    orgId: null,
    action,
    target: { kind: 'user', id: userId, name: email },
    after: { provider },
  });
}
