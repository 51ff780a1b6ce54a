import { useState } from 'react';
import { Doorway } from '../sign-in/doorway.tsx';
import { takeToken } from '../sign-in/take-token.ts';
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
