/**
 * Waits until `look` gives something, looking every 50 ms; fails with `what` after `withinMs`, which is far longer than it
 * takes on any machine: it ends what hangs and measures nothing.
 */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  withinMs = 90_000,
): Promise<Found> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await Bun.sleep(50);
  }
}
