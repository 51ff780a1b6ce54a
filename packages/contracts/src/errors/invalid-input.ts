import { MusterError } from './muster-error.ts';

type PathPart = PropertyKey | { readonly key: PropertyKey };
/** What is wrong with one field, as every validator tells it. */
export type Issue = { readonly path?: readonly PathPart[] | undefined; readonly message: string };

/** The refusal of what was sent: every field with what it must be, in the text and as `params.issues`. */
export function invalidInput(issues: readonly Issue[], cause?: unknown): MusterError {
  const listed = issues.map(({ path, message }) => ({ path: pathOf(path), message }));
  const text = listed.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new MusterError('invalid_input', text, { issues: listed }, cause);
}

function pathOf(path: Issue['path'] = []): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
