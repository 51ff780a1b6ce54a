import { Alert, Text } from '@mantine/core';
import { IconShieldExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import pageClasses from '../page.module.css';
import { PasskeysPanel } from './passkeys-panel.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { RecoveryPanel } from './recovery-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { TotpPanel } from './totp-panel.tsx';

/** Who I am, how I prove it, and where I am signed in. */
export function ProfilePage() {
  const me = useMe();
  const read = useQuery(queries.factors.list.queryOptions());
  return (
    <div className={pageClasses.page}>
      <div>
        <PageTitle>Profile and security</PageTitle>
        <Text size="sm" c="dimmed">
          How you prove who you are, and where you are signed in.
        </Text>
      </div>
      <SetUpNotice />
      {me && (
        <Panel title="You">
          <Facts
            facts={[
              { name: 'Name', value: me.name },
              { name: 'Email', value: me.email },
            ]}
          />
        </Panel>
      )}
      {read.isPending && <Loading />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && (
        <>
          <TotpPanel factors={read.data} />
          <PasskeysPanel factors={read.data} />
          <RecoveryPanel factors={read.data} />
          {read.data.password && me && <PasswordPanel email={me.email} />}
        </>
      )}
      <SessionsPanel />
    </div>
  );
}

/** A role demands a second factor: nothing else works before there is one. */
function SetUpNotice() {
  const factors = useQuery(queries.factors.list.queryOptions()).data;
  const isMissing = useMe()?.mustSetUpFactor ?? false;
  // Stays when it is done, to lead on.
  const [wasMissing, setWasMissing] = useState(isMissing);
  if (isMissing && !wasMissing) setWasMissing(true);
  if (!factors || !wasMissing) return null;
  const isDone = factors.totp !== null || factors.passkeys.length > 0;
  return (
    <Alert
      variant="default"
      role="status"
      icon={<IconShieldExclamation color="var(--muster-warn)" aria-hidden />}
      title={isDone ? 'Done' : 'Set up a second factor'}
    >
      {isDone ? (
        <>
          Your second factor counts from now on. <PageLink to="/devices">Go to the devices</PageLink>
        </>
      ) : (
        'A role of yours demands one. Until you have a one-time password or a passkey, you can do nothing else here.'
      )}
    </Alert>
  );
}
