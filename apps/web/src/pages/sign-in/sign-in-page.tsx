import type { Me } from '@muster/contracts';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { meQuery } from '../../api/session.ts';
import { Doorway } from './doorway.tsx';
import { FactorForm } from './factor-form.tsx';
import { forgetOwedFactor, readOwedFactor } from './owed-factor.ts';
import { type FactorTicket, PasswordForm } from './password-form.tsx';

const route = getRouteApi('/sign-in');

/** Password, passkey or provider, and a second factor where there is one; leads back to where the person wanted to go. */
export function SignInPage() {
  const { to, problem } = route.useSearch();
  const router = useRouter();
  const [asked, setAsked] = useState<FactorTicket | undefined>(readOwedFactor);
  useEffect(forgetOwedFactor, []);
  const enter = ({ user }: { user: Me }) => {
    queryClient.clear();
    queryClient.setQueryData(meQuery().queryKey, user);
    router.history.replace(to ?? '/');
  };
  if (!asked) {
    return (
      <Doorway title="Sign in">
        <PasswordForm {...{ to, problem }} onSignedIn={enter} onFactor={setAsked} />
      </Doorway>
    );
  }
  const { ticket, methods } = asked;
  return (
    <Doorway title="Your second factor">
      <FactorForm
        methods={methods}
        challenge={() => api.factors.passkeyOptions({ ticket })}
        onProof={async (proof) => {
          if (proof.method === 'password') return;
          enter(await api.factors.finish({ ticket, proof, cookie: true }));
        }}
        verb="Sign in"
        refused="Not signed in"
      />
    </Doorway>
  );
}
