import { queries } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';

/** Reads custom fields and their values again, wherever they are shown. */
export async function readFieldsAnew(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: queries.fields.key() });
}
