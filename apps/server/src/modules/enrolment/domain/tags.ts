import { MusterError } from '@muster/contracts';
import { findUnstorable } from '../../../platform/storable-text.ts';

const KEY = /^[a-z][a-z0-9_.-]{0,62}$/;
const MAX_TAGS = 32;

/** Tags as installers give them ("role=server"), as an object. Throws invalid_input for what cannot be a tag. */
export function readTags(tags: readonly string[]): Record<string, string> {
  if (tags.length > MAX_TAGS)
    throw new MusterError('invalid_input', `At most ${MAX_TAGS} tags can be given.`);
  return Object.fromEntries(tags.map(readTag));
}

function readTag(tag: string): [string, string] {
  const at = tag.indexOf('=');
  const [key, value] = [tag.slice(0, at), tag.slice(at + 1)];
  if (at < 1 || !KEY.test(key) || value.length > 255 || findUnstorable(value)) {
    throw new MusterError(
      'invalid_input',
      `"${tag.slice(0, 80)}" is not a tag. A tag is key=value; the key has lower-case letters, digits, dots and dashes.`,
      { tag: tag.slice(0, 80) },
    );
  }
  return [key, value];
}
