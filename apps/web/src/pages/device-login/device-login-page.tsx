import { Alert, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import type { DeviceLogin } from '@muster/contracts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import pageClasses from '../page.module.css';
import { Refusal } from '../sign-in/refusal.tsx';

/** Lets a program that shows a code sign in as oneself, or refuses it. */
export function DeviceLoginPage() {
  const [asked, setAsked] = useState<DeviceLogin>();
  const [ended, setEnded] = useState<'approved' | 'denied'>();
  const again = () => {
    setAsked(undefined);
    setEnded(undefined);
  };
  return (
    <div className={pageClasses.page}>
      <div>
        <PageTitle>Sign in a program</PageTitle>
        <Text size="sm" c="dimmed">
          A program that shows you a code, such as <Code>muster login</Code>, can sign in as you.
        </Text>
      </div>
      {ended ? (
        <Alert color="gray" role="status" title={ENDINGS[ended].title}>
          <Stack gap="sm" align="flex-start">
            {ENDINGS[ended].text}
            <Button size="xs" variant="default" onClick={again}>
              Type another code
            </Button>
          </Stack>
        </Alert>
      ) : asked ? (
        <Question asked={asked} onEnded={setEnded} onBack={again} />
      ) : (
        <CodeForm onFound={setAsked} />
      )}
    </div>
  );
}

const ENDINGS = {
  approved: {
    title: 'The program is signed in as you',
    text: 'It goes on by itself in a few seconds. Under Profile you see its session and can end it.',
  },
  denied: { title: 'The program was refused', text: 'Its code is worth nothing any more.' },
} as const;

function CodeForm({ onFound }: { onFound: (asked: DeviceLogin) => void }) {
  const [userCode, setUserCode] = useState('');
  const find = useMutation({
    mutationFn: () => api.deviceLogins.inspect({ userCode }),
    onSuccess: onFound,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    find.mutate();
  };
  return (
    <Panel title="Type the code">
      <form onSubmit={submit}>
        <Stack gap="md" align="flex-start">
          {find.isError && <Refusal error={find.error} title="Not found" />}
          <TextInput
            label="Code"
            description="Eight letters, as the program shows them"
            placeholder="BCDF-GHJK"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            required
            maxLength={20}
            value={userCode}
            onChange={(event) => setUserCode(event.currentTarget.value)}
          />
          <Button type="submit" loading={find.isPending}>
            See who asks
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}

type QuestionProps = {
  readonly asked: DeviceLogin;
  readonly onEnded: (how: 'approved' | 'denied') => void;
  readonly onBack: () => void;
};

function Question({ asked, onEnded, onBack }: QuestionProps) {
  const me = useMe();
  const decide = useAction({
    run: async (approve: boolean) => {
      await api.deviceLogins.decide({ userCode: asked.userCode, approve });
      onEnded(approve ? 'approved' : 'denied');
    },
    // The page itself says how it ended.
    said: () => null,
    failed: (approve) => (approve ? 'Could not let the program in' : 'Could not refuse the program'),
  });
  return (
    <Panel title={`Let it sign in as ${me?.name ?? 'you'}?`}>
      <Stack gap="md">
        <Facts
          facts={[
            { name: 'Code', value: asked.userCode, mono: true },
            { name: 'Calls itself', value: asked.client },
            { name: 'Address', value: asked.address, mono: true },
            { name: 'Program', value: asked.userAgent, mono: true, missing: 'the program does not say' },
            { name: 'Asked', value: <When at={asked.createdAt} /> },
          ]}
        />
        <Text size="sm">
          Go on only if you started this yourself a moment ago. Whoever sent you a code would get all that you
          may do.
        </Text>
        <Group>
          <Button
            loading={decide.isPending && decide.variables}
            disabled={decide.isPending}
            onClick={() => decide.mutate(true)}
          >
            Let it in
          </Button>
          <Button
            color="red"
            variant="light"
            loading={decide.isPending && !decide.variables}
            disabled={decide.isPending}
            onClick={() => decide.mutate(false)}
          >
            Refuse
          </Button>
          <Button variant="subtle" disabled={decide.isPending} onClick={onBack}>
            Back
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
