/** What keeps the server from starting and only its operator can change; the message is one sentence that says how. */
export class OperatorError extends Error {
  override name = 'OperatorError';
}
