import { readFileSync } from 'node:fs';
import { POLICY_LEVELS, type PolicyLevel } from './policy.ts';

/** EN-10: what flags and environment say. Flags win; the token comes from the environment or a file, never a flag. */
export type Options = {
  readonly command: string;
  readonly stateFolder: string | undefined;
  readonly server: string | undefined;
  readonly token: string | undefined;
  readonly serverCertificate: string | undefined;
  readonly pin: string | undefined;
  readonly proxy: string | undefined;
  readonly policy: PolicyLevel | undefined;
  readonly tags: readonly string[];
  readonly json: boolean;
  /** For the collecting process: what to look at (empty: everything), and the server's time. */
  readonly categories: readonly string[];
  readonly atMs: number;
};

/** Bad flags or environment: all problems at once, for the person who typed them. */
export class OptionsError extends Error {
  override name = 'OptionsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const FLAGS: Readonly<Record<string, string>> = {
  '--state': 'MUSTER_AGENT_STATE',
  '--server': 'MUSTER_SERVER',
  '--token-file': 'MUSTER_TOKEN_FILE',
  '--server-cert': 'MUSTER_SERVER_CERT',
  '--pin': 'MUSTER_PIN',
  '--proxy': 'HTTPS_PROXY',
  '--policy': 'MUSTER_POLICY',
};

/** What the collecting process is told beside its words; the rest of the environment is this program's own. */
export function collectingEnvironment(
  categories: readonly string[],
  atMs: number,
): Record<string, string | undefined> {
  return {
    ...process.env,
    MUSTER_INVENTORY: categories.join(','),
    MUSTER_INVENTORY_AT: String(Math.round(atMs)),
  };
}

/** Reads the words after the program's name, and the environment. Throws OptionsError. */
export function readOptions(words: readonly string[], environment: Environment = process.env): Options {
  const problems: string[] = [];
  const { command, values, tags, json } = readWords(words, problems);
  const value = (flag: string) => values.get(flag) ?? (environment[FLAGS[flag] ?? ''] || undefined);
  const file = (flag: string) => readFileOf(flag, value(flag), problems);
  const policy = value('--policy');
  if (policy !== undefined && !isPolicyLevel(policy)) {
    problems.push(`--policy is one of ${POLICY_LEVELS.join(', ')}, not "${policy}"`);
  }
  const token = environment.MUSTER_TOKEN || file('--token-file')?.trim();
  const pin = value('--pin');
  if (pin !== undefined && !/^sha256\/\/[A-Za-z0-9+/]{43}=$/.test(pin)) {
    problems.push('--pin has the form sha256//BASE64, as curl writes it');
  }
  const options: Options = {
    command,
    stateFolder: value('--state'),
    server: value('--server'),
    token,
    serverCertificate: file('--server-cert'),
    pin,
    proxy: value('--proxy') ?? environment.https_proxy,
    policy: policy !== undefined && isPolicyLevel(policy) ? policy : undefined,
    tags: [...(environment.MUSTER_TAGS ?? '').split(',').filter(Boolean), ...tags],
    json,
    categories: (environment.MUSTER_INVENTORY ?? '').split(',').filter(Boolean),
    atMs: Number(environment.MUSTER_INVENTORY_AT) || Date.now(),
  };
  problems.push(
    ...options.tags.filter((tag) => !/^[^=]+=/.test(tag)).map((tag) => `--tag is KEY=VALUE, not "${tag}"`),
  );
  if (problems.length > 0) throw new OptionsError(problems.join('\n'));
  return Object.freeze(options);
}

function readWords(words: readonly string[], problems: string[]) {
  const values = new Map<string, string>();
  const tags: string[] = [];
  let command = '';
  let json = false;
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag = '', inline] = word.split(/=(.*)/s);
    if (word === '--json') json = true;
    else if (!word.startsWith('-') && command === '') command = word;
    else if (flag === '--tag' || flag in FLAGS) {
      const given = inline ?? rest.shift();
      if (given === undefined) problems.push(`${flag} needs a value`);
      else if (flag === '--tag') tags.push(given);
      else values.set(flag, given);
    } else problems.push(`"${word}" is not something this program knows`);
  }
  return { command, values, tags, json };
}

function readFileOf(flag: string, path: string | undefined, problems: string[]): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    problems.push(`${flag}: ${path} cannot be read (${(error as Error).message})`);
    return undefined;
  }
}

function isPolicyLevel(text: string): text is PolicyLevel {
  return POLICY_LEVELS.some((level) => level === text);
}
