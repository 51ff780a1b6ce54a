import { join, relative } from 'node:path';
import ts from 'typescript';
import { contract } from '../../../packages/contracts/src/http/index.ts';
import type { Problem } from '../check.ts';
import { UNREACHED } from './reach-exceptions.ts';

const PROGRAM = 'apps/cli/src/main.ts';
const EXCEPTIONS = 'tools/check/rules/reach-exceptions.ts';

/** What of the API the command line reaches: the inputs that it can send, by operation. */
export type Reached = ReadonlyMap<string, ReadonlySet<string>>;

/** Operations that change something, by name (`groups.update`), each with the names of its inputs. */
export type Operations = ReadonlyMap<string, readonly string[]>;

/** Finds what people can change over the API and not by command line, down to the single input. */
export function findUnreached(root: string): Problem[] {
  const operations = changingOperations(contract);
  return compareReach(operations, reachOf(root, PROGRAM, operations), UNREACHED);
}

/** What is not reached and not excepted, and exceptions that except nothing. */
export function compareReach(
  operations: Operations,
  reached: Reached,
  exceptions: Readonly<Record<string, string>>,
): Problem[] {
  const missing = [...operations].flatMap(([name, inputs]) => {
    const sent = reached.get(name);
    return sent ? inputs.filter((input) => !sent.has(input)).map((input) => `${name}.${input}`) : [name];
  });
  const unused = Object.keys(exceptions).filter((name) => !missing.includes(name));
  return [
    ...missing
      .filter((name) => !(name in exceptions))
      .map((name) => ({
        at: PROGRAM,
        text: `no command sends ${name}; add one, or say in ${EXCEPTIONS} why not`,
      })),
    ...unused.map((name) => ({ at: EXCEPTIONS, text: `${name} is reached or gone; take the exception out` })),
  ];
}

/** The operations of a contract that are not read with GET. */
export function changingOperations(router: object, path: readonly string[] = []): Operations {
  return new Map(
    Object.entries(router).flatMap(([name, value]): [string, readonly string[]][] => {
      const here = [...path, name];
      if (!isOperation(value)) return [...changingOperations(value as object, here)];
      const { route, inputSchema } = value['~orpc'];
      if ((route?.method ?? 'POST') === 'GET') return [];
      return [[here.join('.'), Object.keys(inputSchema?.shape ?? {})]];
    }),
  );
}

type Operation = {
  readonly '~orpc': {
    readonly route?: { readonly method?: string };
    readonly inputSchema?: { readonly shape?: object };
  };
};

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && '~orpc' in value;

/** Reads the calls of operations out of a program, with the inputs that their arguments can have. */
export function reachOf(root: string, entry: string, operations: Operations): Reached {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    strict: true,
    noEmit: true,
    types: [],
  };
  const program = ts.createProgram([join(root, entry)], options);
  const checker = program.getTypeChecker();
  const folder = entry.slice(0, entry.lastIndexOf('/') + 1);
  const reached = new Map<string, Set<string>>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      for (const name of namesOfCallee(checker, node.expression)) {
        const operation = operationAt(name, operations);
        if (operation === undefined) continue;
        const inputs = reached.get(operation) ?? new Set();
        for (const input of inputsOf(checker, node.arguments[0])) inputs.add(input);
        reached.set(operation, inputs);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles())
    if (relative(root, file.fileName).startsWith(folder)) visit(file);
  return reached;
}

/** `session.client.groups[verb]` as all the paths that it can mean. */
function namesOfCallee(checker: ts.TypeChecker, callee: ts.Expression): string[][] {
  if (ts.isPropertyAccessExpression(callee))
    return namesOfCallee(checker, callee.expression).map((path) => [...path, callee.name.text]);
  if (ts.isElementAccessExpression(callee)) {
    const type = checker.getTypeAtLocation(callee.argumentExpression);
    const words = (type.isUnion() ? type.types : [type]).flatMap((one) =>
      one.isStringLiteral() ? [one.value] : [],
    );
    return namesOfCallee(checker, callee.expression).flatMap((path) => words.map((word) => [...path, word]));
  }
  return [[]];
}

/** The operation that a path ends in, whatever the client before it is called. */
function operationAt(path: readonly string[], operations: Operations): string | undefined {
  for (let from = 0; from < path.length; from += 1) {
    const name = path.slice(from).join('.');
    if (operations.has(name)) return name;
  }
  return undefined;
}

function inputsOf(checker: ts.TypeChecker, argument: ts.Expression | undefined): string[] {
  if (argument === undefined) return [];
  const type = checker.getTypeAtLocation(argument);
  return (type.isUnion() ? type.types : [type]).flatMap((one) =>
    one.getProperties().map((property) => property.name),
  );
}
