import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import type { NewMapping, RoleId } from '@muster/contracts';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';
import { EVERYWHERE, usePlaces } from '../../api/places.ts';

type MappingFieldsProps = {
  readonly mappings: readonly NewMapping[];
  readonly onChange: (mappings: NewMapping[]) => void;
};

/** Which group of the provider has which role, and where. */
export function MappingFields({ mappings, onChange }: MappingFieldsProps) {
  const roles = useQuery(queries.access.roles.queryOptions()).data?.items ?? [];
  const places = usePlaces();
  const put = (at: number, part: Partial<NewMapping>) =>
    onChange(mappings.map((mapping, index) => (index === at ? { ...mapping, ...part } : mapping)));
  const first = roles[0];
  return (
    <Stack gap="xs" role="group" aria-label="Groups and roles">
      <Text size="sm" fw={500}>
        Groups and roles
      </Text>
      {mappings.map((mapping, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a mapping has no name of its own, and its fields keep nothing.
        <Group key={at} gap={6} wrap="nowrap" align="end">
          <TextInput
            flex={1}
            aria-label={`Group ${at + 1}`}
            placeholder="Group"
            value={mapping.group}
            onChange={(event) => put(at, { group: event.currentTarget.value })}
          />
          <Select
            flex={1}
            aria-label={`Role of group ${at + 1}`}
            allowDeselect={false}
            data={roles.map(({ id, name }) => ({ value: id, label: name }))}
            value={mapping.roleId}
            onChange={(roleId) => put(at, { roleId: roleId as RoleId })}
          />
          <Select
            flex={1}
            aria-label={`Where group ${at + 1} has it`}
            allowDeselect={false}
            data={places.map(({ value, label }) => ({ value, label }))}
            value={mapping.groupId ?? mapping.siteId ?? mapping.orgId ?? EVERYWHERE.value}
            onChange={(value) => put(at, places.find((place) => place.value === value)?.place ?? {})}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={34}
            aria-label={`Remove group ${at + 1}`}
            onClick={() => onChange(mappings.filter((_, index) => index !== at))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="default"
        size="xs"
        w="fit-content"
        disabled={!first}
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => first && onChange([...mappings, { group: '', roleId: first.id, ...EVERYWHERE.place }])}
      >
        Give a group a role
      </Button>
    </Stack>
  );
}
