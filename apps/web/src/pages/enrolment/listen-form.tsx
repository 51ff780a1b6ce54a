import { Alert, Button, Group, Text, TextInput } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMay } from '../../api/session.ts';

const LOOPBACK = /^(localhost|127\.|\[?::1\]?$)/;

/** The hosts among the console's addresses that other machines can dial. */
export function reachableHosts(urls: readonly string[]): string[] {
  return urls.map((url) => new URL(url).hostname).filter((host) => !LOOPBACK.test(host));
}

/** Offers to open an address, where the server is reachable from its own machine only. */
export function ListenForm() {
  const [address, setAddress] = useState('');
  const mayListen = useMay('system:manage');
  const listen = useAction({
    run: () => api.system.listen({ address: address.trim() }),
    said: ({ consoleAddresses }) => ({
      title: `The server listens on ${address.trim()}`,
      text: `Console addresses: ${consoleAddresses.join(', ')}`,
    }),
    failed: () => `Could not listen on ${address.trim()}`,
    after: () => queryClient.invalidateQueries({ queryKey: [['system']] }),
  });
  return (
    <Alert
      variant="default"
      style={{ borderColor: 'var(--muster-line)' }}
      icon={<IconAlertTriangleFilled color="var(--muster-warn)" aria-hidden />}
      title="Only this machine reaches the server"
    >
      <Text size="sm" mb="sm">
        It listens on loopback. For other machines, name an address of this machine; TLS is turned on for it,
        with a certificate of Muster’s own unless one was given.
      </Text>
      {mayListen && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            listen.mutate();
          }}
        >
          <Group align="end" gap="sm">
            <TextInput
              label="Address to listen on"
              placeholder="192.168.1.10, or 0.0.0.0 for all"
              value={address}
              onChange={(event) => setAddress(event.currentTarget.value)}
              flex="0 1 280px"
              miw={0}
            />
            <Button
              type="submit"
              variant="default"
              style={{ borderColor: 'var(--muster-line)' }}
              disabled={address.trim() === ''}
              loading={listen.isPending}
            >
              Listen
            </Button>
          </Group>
        </form>
      )}
    </Alert>
  );
}
