import type { GroupId, GroupTags } from '@muster/contracts';
import type { Client } from './client.ts';
import { counted, type Output } from './output.ts';

const ASK_AGAIN_MS = 500;

/** Waits until every member of a group has its tags, with a line of progress on standard error whenever it has grown. */
export async function followTags(
  { client, output }: { readonly client: Client; readonly output: Output },
  groupId: GroupId,
): Promise<GroupTags> {
  let told = -1;
  for (;;) {
    const tags = await client.tags.ofGroup({ groupId });
    const { change } = tags;
    if (!change || change.finishedAt) return tags;
    if (change.looked > told)
      output.note(`${change.looked} of ${counted(change.devices, 'device')} looked at …`);
    told = change.looked;
    await Bun.sleep(ASK_AGAIN_MS);
  }
}

/** What became of the last change, as the end of a sentence. */
export function saidOfChange({ change }: GroupTags): string {
  if (!change) return '';
  if (!change.finishedAt)
    return ` ${change.looked} of ${counted(change.devices, 'device')} looked at so far.`;
  return ` The tags of ${change.changed} of ${counted(change.devices, 'device')} changed.`;
}
