import type { Approval } from '@muster/contracts';

/** Secrets of a request are not kept, so that only its sender can send it again. */
const REMOVED = '[redacted]';

/** Whether the request can be sent again from what is shown of it. */
export function isWhole({ request }: Approval): boolean {
  return !JSON.stringify(request.input).includes(REMOVED);
}

/** Sends a request that was approved, exactly as it was; rejects with what the server says otherwise. */
export async function sendRequest({ request }: Approval): Promise<void> {
  const answer = await fetch(request.path, {
    method: request.method,
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    ...(request.input === null ? {} : { body: JSON.stringify(request.input) }),
  });
  if (answer.ok) return;
  const problem = (await answer.json().catch(() => undefined)) as { detail?: string } | undefined;
  throw new Error(problem?.detail ?? `The server answered ${answer.status}.`);
}
