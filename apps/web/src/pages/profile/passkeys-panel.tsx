import { Button, Text } from '@mantine/core';
import type { Factors, Passkey } from '@muster/contracts';
import { useState } from 'react';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import { knowsPasskeys } from '../sign-in/ask-passkey.ts';
import { AddPasskey, RemovePasskey, RenamePasskey } from './passkey-dialogs.tsx';
import classes from './profile.module.css';
import { RecoveryCodes } from './recovery-codes.tsx';

type Asked = { readonly what: 'add' } | { readonly what: 'rename' | 'remove'; readonly passkey: Passkey };

/** Passkeys: add, rename, remove. */
export function PasskeysPanel({ factors: { passkeys } }: { factors: Factors }) {
  const [asked, setAsked] = useState<Asked>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const close = () => setAsked(undefined);
  return (
    <Panel
      title="Passkeys"
      aside={
        <Button size="xs" disabled={!knowsPasskeys()} onClick={() => setAsked({ what: 'add' })}>
          Add a passkey
        </Button>
      }
    >
      {passkeys.length === 0 && (
        <Text size="sm">
          {knowsPasskeys()
            ? 'None. A passkey lives in this device, a phone or a security key, and signs in without a password.'
            : 'This browser gives passkeys to pages over TLS alone. Open the console by its https:// address.'}
        </Text>
      )}
      {passkeys.length > 0 && (
        <ul className={classes.lines}>
          {passkeys.map((passkey) => (
            <li key={passkey.id} className={classes.line}>
              <div className={classes.about}>
                <Text size="sm" fw={550}>
                  {passkey.name}
                </Text>
                <Text size="xs" c="dimmed">
                  Added <When at={passkey.createdAt} />, last used{' '}
                  <When at={passkey.lastUsedAt} missing="it was not used yet" />
                  {passkey.synced ? ', kept in a keychain' : ''}
                </Text>
              </div>
              <Button.Group>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Rename ${passkey.name}`}
                  onClick={() => setAsked({ what: 'rename', passkey })}
                >
                  Rename
                </Button>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Remove ${passkey.name}`}
                  onClick={() => setAsked({ what: 'remove', passkey })}
                >
                  Remove
                </Button>
              </Button.Group>
            </li>
          ))}
        </ul>
      )}
      {asked?.what === 'add' && <AddPasskey onClose={close} onCodes={setCodes} />}
      {asked?.what === 'rename' && <RenamePasskey passkey={asked.passkey} onClose={close} />}
      {asked?.what === 'remove' && <RemovePasskey passkey={asked.passkey} onClose={close} />}
      {codes.length > 0 && <RecoveryCodes codes={codes} onClose={() => setCodes([])} />}
    </Panel>
  );
}
