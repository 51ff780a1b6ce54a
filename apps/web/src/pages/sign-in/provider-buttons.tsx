import { Button, Divider, Stack, Text } from '@mantine/core';
import { IconBuilding, IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';

/** Ways in beside a password of this server. A directory takes its password in the same form. */
export function ProviderButtons({ to }: { to: string | undefined }) {
  const { data } = useQuery(queries.signInProviders.list.queryOptions({ staleTime: 60_000 }));
  const items = data?.items ?? [];
  const links = items.filter(({ kind }) => kind === 'oidc');
  const directories = items.filter(({ kind }) => kind === 'ldap');
  if (items.length === 0) return null;
  return (
    <Stack gap="sm">
      {directories.length > 0 && (
        <Text size="xs" c="dimmed">
          <IconBuilding size={12} aria-hidden /> The password of{' '}
          {directories.map(({ name }) => name).join(' or ')} works here too.
        </Text>
      )}
      {links.length > 0 && <Divider label="or" />}
      {links.map(({ id, name }) => (
        <Button
          key={id}
          component="a"
          href={`/api/v1/auth/oidc/${id}/start?to=${encodeURIComponent(to ?? '/')}`}
          variant="default"
          fullWidth
          leftSection={<IconExternalLink size={16} aria-hidden />}
        >
          Sign in with {name}
        </Button>
      ))}
    </Stack>
  );
}
