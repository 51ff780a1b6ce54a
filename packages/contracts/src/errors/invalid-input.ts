import { MusterError } from './muster-error.ts';

type PathPart = PropertyKey | { readonly key: PropertyKey };
/** What is wrong with one field, as every validator tells it; the message goes on after the field’s name. */
export type Issue = { readonly path?: readonly PathPart[] | undefined; readonly message: string };

/** The refusal of what was sent: every field with what it must be, in the text and as `params.issues`. */
export function invalidInput(issues: readonly Issue[], cause?: unknown): MusterError {
  const listed = issues.map(({ path, message }) => ({ path: pathOf(path), message }));
  return new MusterError('invalid_input', `${describeIssues(issues)}.`, { issues: listed }, cause);
}

/** All of it in one line without a full stop: “name must not be empty; tags.role must have at most 255 characters”. */
export function describeIssues(issues: readonly Issue[], whole = 'what was sent'): string {
  return issues.map(({ path, message }) => `${pathOf(path) || whole} ${message}`).join('; ');
}

function pathOf(path: Issue['path'] = []): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
