import type { CustomField } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { musterLine } from '../../../actions/muster-line.ts';
import { RemoveDialog } from '../../../actions/remove-dialog.tsx';
import { api, queries } from '../../../api/client.ts';
import { readFieldsAnew } from '../../../places/read-fields-anew.ts';

/** Asks for the key before a field goes with all its values. */
export function RemoveField({ field, onClose }: { field: CustomField; onClose: () => void }) {
  const { id: fieldId, orgId, key, title } = field;
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  return (
    <RemoveDialog
      noun="field"
      name={title}
      typed={key}
      remove={() => api.fields.remove({ fieldId })}
      after={readFieldsAnew}
      command={musterLine('fields remove', [key], { org: organisations.length > 1 ? orgId : undefined })}
      onClose={onClose}
    >
      All its values go with it. This cannot be undone; it is refused while the query of a smart group asks
      for it.
    </RemoveDialog>
  );
}
