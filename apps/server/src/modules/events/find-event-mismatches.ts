import { EVENTS } from '@muster/contracts';

/** A source file: its path from the root of the repository and its text. */
export type SourceFile = { readonly path: string; readonly text: string };

const APPENDS = /\.append(Many)?\(|\bNewEvent\b/;
const TYPE_LITERAL = /\btype: '([a-z_]+(?:\.[a-z_]+)+)'/g;
const IS_TEST = /\.test\.tsx?$/;
const IS_MODULE = /^apps\/server\/src\/modules\//;

/**
 * Compares the event catalogue with the code: each entry has a file among the server's modules that appends it by its
 * name (or builds a NewEvent of it), and a test that names it; and no module appends a type that the catalogue does not
 * have. One sentence a fault.
 */
export function findEventMismatches(
  files: readonly SourceFile[],
  types: readonly string[] = Object.keys(EVENTS),
): string[] {
  const publishers = files.filter(
    (file) => IS_MODULE.test(file.path) && !IS_TEST.test(file.path) && APPENDS.test(file.text),
  );
  const tests = files.filter((file) => IS_TEST.test(file.path));
  // The name begins a string; tests may say more in it, such as a reason.
  const names = (among: readonly SourceFile[], type: string) => {
    const name = new RegExp(`'${type.replaceAll('.', '\\.')}[' ]`);
    return among.some((file) => name.test(file.text));
  };
  const faults = types.flatMap((type) => [
    ...(names(publishers, type) ? [] : [`${type} is declared and nothing appends it`]),
    ...(names(tests, type) ? [] : [`${type} is declared and no test names it`]),
  ]);
  const unknown = publishers.flatMap((file) =>
    [...file.text.matchAll(TYPE_LITERAL)]
      .map(([, type]) => type ?? '')
      .filter((type) => !types.includes(type))
      .map((type) => `${file.path} appends ${type}, which the catalogue does not declare`),
  );
  return [...faults, ...unknown];
}
