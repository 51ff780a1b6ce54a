import pg from 'pg';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

export type ListenOptions = {
  readonly url: string;
  readonly channel: string;
  /** Something was told, or may have been: called after each (re)connection too. */
  readonly heard: () => void;
  readonly onError: (error: Error) => void;
};

/** Ends the listening; resolves when its connection is closed. */
export type StopListening = () => Promise<void>;

/**
 * Hears what PostgreSQL tells on a channel, over a connection of its own that comes back by itself. A hint, never the
 * only way to learn something: a pooler between here and there may swallow it.
 */
export function listen(options: ListenOptions): StopListening {
  let client: pg.Client | undefined;
  let timer: Timer | undefined;
  let retryMs = FIRST_RETRY_MS;
  let isStopped = false;
  let connecting: Promise<void> = Promise.resolve();

  const again = (failed: pg.Client) => {
    if (client !== failed) return;
    client = undefined;
    void failed.end().catch(() => undefined);
    if (isStopped) return;
    timer = setTimeout(start, retryMs);
    retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
  };
  const connect = async () => {
    const mine = new pg.Client({
      connectionString: options.url,
      application_name: 'muster listener',
      keepAlive: true,
    });
    client = mine;
    mine.on('notification', () => options.heard());
    mine.on('end', () => again(mine));
    mine.on('error', (error) => {
      options.onError(error);
      again(mine);
    });
    try {
      await mine.connect();
      await mine.query(`listen ${pg.escapeIdentifier(options.channel)}`);
      retryMs = FIRST_RETRY_MS;
      options.heard();
    } catch (error) {
      if (!isStopped) options.onError(error instanceof Error ? error : new Error(String(error)));
      again(mine);
    }
  };
  const start = () => {
    connecting = connect();
  };
  start();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await connecting;
    await client?.end().catch(() => undefined);
  };
}
