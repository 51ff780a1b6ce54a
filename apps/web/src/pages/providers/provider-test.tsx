import { Button, Group, List, Stack, TextInput, ThemeIcon } from '@mantine/core';
import type { Provider } from '@muster/contracts';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { musterLine } from '../../actions/muster-line.ts';
import { api } from '../../api/client.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Failed } from '../../parts/outcomes.tsx';

/** Asks the server to try the provider, and shows each step with what it found. */
export function ProviderTest({ provider }: { provider: Provider }) {
  const [login, setLogin] = useState('');
  const test = useMutation({
    mutationFn: () => api.providers.test({ providerId: provider.id, ...(login === '' ? {} : { login }) }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    test.mutate();
  };
  return (
    <Stack gap="sm">
      <form onSubmit={submit}>
        <Group gap={6} align="end">
          {provider.kind === 'ldap' && (
            <TextInput
              size="xs"
              label="Also find"
              placeholder="who@example.org"
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value.trim())}
            />
          )}
          <Button
            type="submit"
            size="xs"
            variant="default"
            loading={test.isPending}
            aria-label={`Test ${provider.name}`}
          >
            Test
          </Button>
          <CopyCommand line={musterLine('providers test', [provider.name])} />
        </Group>
      </form>
      {test.isError && <Failed error={test.error} onRetry={() => test.mutate()} />}
      <div role="status" aria-label={test.data && (test.data.ok ? 'The test passed' : 'The test failed')}>
        {test.data && (
          <List spacing={4} size="sm">
            {test.data.steps.map(({ ok, text }) => (
              <List.Item key={text} icon={<StepMark ok={ok} />}>
                {text}
              </List.Item>
            ))}
          </List>
        )}
      </div>
    </Stack>
  );
}

function StepMark({ ok }: { ok: boolean }) {
  return (
    <ThemeIcon size={18} radius="xl" color={ok ? 'green' : 'red'} variant="filled">
      {ok ? <IconCheck size={12} aria-label="Works" /> : <IconX size={12} aria-label="Fails" />}
    </ThemeIcon>
  );
}
