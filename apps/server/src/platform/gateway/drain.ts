import { type Connections, end } from './socket/connections.ts';
import { rejection } from './socket/rejections.ts';

/** Agents of a stopped server come back at this rate, so that the next one is not met by all at once. */
const RETURNS_PER_SECOND = 1_000;
const FIRST_RETURN_MS = 500;

/** Tells every agent to come back, each at a time of its own. */
export function drain(connections: Connections): void {
  const window = (connections.connectedCount() / RETURNS_PER_SECOND) * 1_000;
  for (const socket of [...connections.all()]) {
    const retryAfterMs = Math.round(FIRST_RETURN_MS + Math.random() * window);
    end(
      socket,
      rejection('busy', 'The server is stopping. Coming back soon.', retryAfterMs),
      'server_restarted',
    );
  }
}
