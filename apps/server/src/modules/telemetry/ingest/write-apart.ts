/**
 * Writes items of many devices together. Where what they hold is what the write fails for, each half is tried by itself,
 * down to the ones to blame: nobody loses anything to another's data. Any other failure is everybody's.
 */
export async function writeApart<Item>(
  items: readonly Item[],
  write: (items: readonly Item[]) => Promise<void>,
  onFailed: (items: readonly Item[], error: unknown) => void,
): Promise<void> {
  try {
    await write(items);
  } catch (error) {
    if (items.length < 2 || !isFaultOfData(error)) return onFailed(items, error);
    const half = Math.ceil(items.length / 2);
    await writeApart(items.slice(0, half), write, onFailed);
    await writeApart(items.slice(half), write, onFailed);
  }
}

/** SQLSTATE classes 22 and 23, or an error of ours over what was read; a database that is away says neither. */
function isFaultOfData(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errno' in error && typeof error.errno === 'string') return /^2[23]/.test(error.errno);
  return !('code' in error);
}
