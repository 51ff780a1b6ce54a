import { Text } from '@mantine/core';
import type { CustomField } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { ConfirmDialog } from '../../../actions/confirm-dialog.tsx';
import { musterLine } from '../../../actions/muster-line.ts';
import { useAction } from '../../../actions/use-action.ts';
import { api, queries } from '../../../api/client.ts';
import { readFieldsAnew } from '../../../places/read-fields-anew.ts';

/** Asks for the key before a field goes with all its values. */
export function RemoveField({ field, onClose }: { field: CustomField; onClose: () => void }) {
  const { id: fieldId, orgId, key, title } = field;
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  const remove = useAction({
    run: () => api.fields.remove({ fieldId }),
    said: () => ({ title: `Field ${title} is removed` }),
    failed: () => `Could not remove field ${title}`,
    after: async () => {
      onClose();
      await readFieldsAnew();
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove field ${title}`}
      verb="Remove"
      isDangerous
      typed={key}
      isBusy={remove.isPending}
      command={musterLine('fields remove', [key], { org: organisations.length > 1 ? orgId : undefined })}
    >
      <Text size="sm">
        All its values go with it. This cannot be undone; it is refused while the query of a smart group asks
        for it.
      </Text>
    </ConfirmDialog>
  );
}
