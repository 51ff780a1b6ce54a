import type { Clock } from '../clock.ts';
import type { System } from '../os/os.ts';

/**
 * Gives memory back on a timer of its own: what a sample, a ping or a command touched does not stay resident until the
 * next. The returned function ends it.
 */
export function staySmall(clock: Clock, memory: System['memory']): () => void {
  if (!memory) return () => {};
  let cancel = () => {};
  const release = () => {
    cancel = clock.after(memory.everyMs, release);
    memory.release();
  };
  release();
  return () => cancel();
}
