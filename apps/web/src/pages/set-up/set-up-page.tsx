import { useState } from 'react';
import { Doorway } from '../sign-in/doorway.tsx';
import type { SetUpAnswer } from './create-administrator.ts';
import { FirstAdministrator } from './first-administrator.tsx';
import { RootKey } from './root-key.tsx';

/** First run: the first administrator, then the root key, shown this once. */
export function SetUpPage() {
  const [token] = useState(takeToken);
  const [done, setDone] = useState<SetUpAnswer>();
  if (done) {
    return (
      <Doorway title="Keep the root key" wide>
        <RootKey rootKey={done.rootKey} />
      </Doorway>
    );
  }
  return (
    <Doorway title="Set up Muster">
      <FirstAdministrator token={token} onDone={setDone} />
    </Doorway>
  );
}

/** Reads the token from the link and takes it out of the address bar, where it could be seen or kept. */
function takeToken(): string {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
  if (token !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  return token;
}
