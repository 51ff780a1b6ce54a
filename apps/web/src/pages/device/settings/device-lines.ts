import type { Device } from '@muster/contracts';
import { musterLine } from '../../../actions/muster-line.ts';

/** What a form says about a device; tags as `key=value`. */
export type DeviceDraft = {
  readonly name: string;
  readonly tags: readonly string[];
  readonly siteId: string;
};

/** What a form says of a device that nobody has touched. */
export function deviceDraftOf({ displayName, tags, siteId }: Device): DeviceDraft {
  return {
    name: displayName ?? '',
    tags: Object.entries(tags).map(([key, value]) => `${key}=${value}`),
    siteId,
  };
}

/** The `muster` lines that change of a device what a form says otherwise; undefined where that is nothing. */
export function deviceLines(device: Device, { name, tags, siteId }: DeviceDraft): string | undefined {
  const called = name.trim();
  const before = Object.entries(device.tags).map(([key, value]) => `${key}=${value}`);
  const keyOf = (word: string) => word.split('=', 1)[0];
  const taken = before.filter((word) => !tags.some((one) => keyOf(one) === keyOf(word)));
  const words = [...tags.filter((word) => !before.includes(word)), ...taken.map((word) => `${keyOf(word)}=`)];
  const query = `id = "${device.id}"`;
  const lines = [
    ...(called === (device.displayName ?? '')
      ? []
      : [musterLine('devices rename', [device.id, ...(called === '' ? [] : [called])])]),
    ...(siteId === device.siteId ? [] : [musterLine('devices move', [device.id, siteId])]),
    ...(words.length === 0 ? [] : [musterLine('tags set', words, { query })]),
  ];
  return lines.join('\n') || undefined;
}
