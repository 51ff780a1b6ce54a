import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describeIssues } from '@muster/contracts';
import { OperatorError } from '../process/operator-error.ts';
import { type Config, SETTING_NAMES, Settings, settingOf } from './schema.ts';

/** Everything that is wrong with the configuration, one line each. */
export class InvalidConfigError extends OperatorError {
  override readonly name = 'InvalidConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : 'problems'}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
type Texts = Record<string, string | string[]>;

/** Reads flags over environment over defaults; throws InvalidConfigError with all problems at once. */
export function readConfig(
  args: readonly string[] = process.argv.slice(2),
  environment: Environment = process.env,
): Config {
  const problems: string[] = [];
  const texts: Texts = { ...fromEnvironment(environment, problems), ...fromFlags(args, problems) };
  const parsed = Settings.safeParse(texts);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]) as (typeof SETTING_NAMES)[number];
    const where = settingOf(name);
    problems.push(describeIssues([{ message: issue.message }], `${where.flag ?? where.env} (${where.env})`));
  }
  if (parsed.data) problems.push(...contradictions(parsed.data));
  if (problems.length > 0 || !parsed.data) throw new InvalidConfigError(problems);
  return deepFreeze(withPasswordFromFile(parsed.data));
}

function fromEnvironment(environment: Environment, problems: string[]): Texts {
  const texts: Texts = {};
  for (const name of SETTING_NAMES) {
    const { env, repeatable } = settingOf(name);
    const text = environment[env];
    if (text === undefined || text === '') continue;
    texts[name] = repeatable ? text.split(',') : text;
  }
  const known = new Set<string>([
    ...SETTING_NAMES.map((name) => settingOf(name).env),
    'MUSTER_TEST_DATABASE_URL',
  ]);
  for (const variable of Object.keys(environment)) {
    if (SERVER_VARIABLE.test(variable) && !known.has(variable)) {
      problems.push(`${variable} is no setting of the server; see docs/reference/configuration.gen.md`);
    }
  }
  return texts;
}

/** Variables of the CLI, the agent and the tools share the prefix MUSTER_; only near misses of ours are refused. */
const SERVER_VARIABLE = /^MUSTER_(DATA|PORT|GATEWAY|LISTEN|DATABASE|LOCAL|ADMIN|LOG|TLS|TRUSTED)/;

function fromFlags(args: readonly string[], problems: string[]): Texts {
  const texts: Texts = {};
  const byFlag = new Map(SETTING_NAMES.map((name) => [settingOf(name).flag, name]));
  for (let at = 0; at < args.length; at++) {
    const [flag = '', inline] = splitOnce(args[at] ?? '');
    const name = byFlag.get(flag);
    if (!name) {
      problems.push(`${args[at]} is no flag of the server; see docs/reference/configuration.gen.md`);
      continue;
    }
    const { value, repeatable } = settingOf(name);
    if (!value) {
      texts[name] = 'false';
      continue;
    }
    const text = inline ?? args[++at];
    if (text === undefined || (inline === undefined && text.startsWith('--'))) {
      problems.push(`${flag} needs a value: ${flag} ${value}`);
      if (text !== undefined) at--;
      continue;
    }
    texts[name] = repeatable ? [...[texts[name] ?? []].flat(), text] : text;
  }
  return texts;
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

function contradictions(config: Config): string[] {
  const problems: string[] = [];
  const hasPassword = config.adminPassword !== undefined || config.adminPasswordFile !== undefined;
  if ((config.adminEmail !== undefined) !== hasPassword) {
    problems.push('MUSTER_ADMIN_EMAIL and MUSTER_ADMIN_PASSWORD (or …_PASSWORD_FILE) only work together');
  }
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    problems.push('--tls-cert and --tls-key only work together');
  }
  if (config.port !== 0 && config.port === config.gatewayPort) {
    problems.push(`--port and --gateway-port are both ${config.port}; they must differ`);
  }
  const { tlsCert, tlsKey } = config;
  for (const path of [tlsCert, tlsKey, config.adminPasswordFile]) {
    if (path !== undefined && !existsSync(path)) problems.push(`the file ${path} does not exist`);
  }
  if (problems.length === 0 && tlsCert !== undefined && tlsKey !== undefined)
    problems.push(...unfitPair(tlsCert, tlsKey));
  return problems;
}

/** Why a listener could not show this certificate. */
function unfitPair(certFile: string, keyFile: string): string[] {
  const cert = parsed(certFile, (pem) => new X509Certificate(pem));
  const key = parsed(keyFile, (pem) => createPrivateKey(pem));
  if (cert === undefined) return [`--tls-cert: ${certFile} holds no certificate (PEM) that can be read`];
  if (key === undefined) return [`--tls-key: ${keyFile} holds no private key (PEM, without a passphrase)`];
  if (cert.checkPrivateKey(key)) return [];
  return [`--tls-key: the key in ${keyFile} is not that of the certificate in ${certFile}`];
}

function parsed<Part>(file: string, read: (pem: Buffer) => Part): Part | undefined {
  try {
    return read(readFileSync(file));
  } catch {
    return undefined;
  }
}

function withPasswordFromFile(config: Config): Config {
  if (config.adminPasswordFile === undefined) return config;
  const adminPassword = readFileSync(config.adminPasswordFile, 'utf8').split(/\r?\n/)[0] ?? '';
  if (adminPassword.length < 12) {
    throw new InvalidConfigError([
      `the password in ${config.adminPasswordFile} must have at least 12 characters`,
    ]);
  }
  return { ...config, adminPassword };
}

function deepFreeze(config: Config): Config {
  for (const value of Object.values(config)) if (Array.isArray(value)) Object.freeze(value);
  return Object.freeze(config);
}
