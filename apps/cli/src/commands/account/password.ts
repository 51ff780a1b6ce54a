import type { Command } from 'commander';
import { askHidden, readStandardInput } from '../../ask.ts';
import { connect } from '../../client.ts';
import { environment, findLogin } from '../../config.ts';
import { EXIT, Failure } from '../../failure.ts';
import { Output } from '../../output.ts';
import { openSession } from '../../session.ts';
import { readCertificate } from '../../typed.ts';

type Options = { stdin?: boolean; json?: boolean };
type RedeemOptions = Options & { server?: string; serverCert?: string };

/** `muster password`: change your own, or choose one with a link. Neither is ever an argument. */
export function addPassword(program: Command): void {
  const password = program.command('password').description('change your password, or choose one with a link');
  password
    .command('change')
    .description('change your password; ends every other session of yours')
    .option('--stdin', 'read the present and the new one from standard input, each on a line')
    .option('--json', 'print JSON')
    .action(change);
  password
    .command('redeem')
    .description('choose a password with the link of an invitation or a reset; needs no sign-in')
    .option('--server <url>', 'address of the console, where the link is only a token')
    .option('--server-cert <file>', "PEM of the server's own certificate")
    .option('--stdin', 'read the link and the password from standard input, each on a line')
    .option('--json', 'print JSON')
    .action(redeem);
}

const byStdin = 'Give both on standard input with --stdin.';

async function change(options: Options): Promise<void> {
  const { client, output } = openSession(options);
  const [currentPassword, newPassword] = options.stdin
    ? await readTwoLines('the present and the new password')
    : [await askHidden('Present password: ', byStdin), await askTwice()];
  await client.passwords.change({ currentPassword, newPassword });
  output.item({ changed: true }, 'Your password is changed; every other session of yours is ended.');
}

async function redeem(options: RedeemOptions): Promise<void> {
  const output = new Output(options.json ?? false);
  const [link, password] = options.stdin
    ? await readTwoLines('the link and the password')
    : [await askHidden('Link: ', byStdin), undefined];
  const certificate = readCertificate(options.serverCert ?? environment.certificateFile);
  const client = connect({ server: serverOf(link, options.server), certificate, token: null });
  const token = link.includes('#token=') ? link.slice(link.indexOf('#token=') + '#token='.length) : link;
  const { name } = await client.passwords.inspect({ token });
  output.note(`This link is that of ${name}.`);
  const { email } = await client.passwords.redeem({ token, password: password ?? (await askTwice()) });
  output.item({ email }, `${email} has that password now. Sign in with \`muster login\`.`);
}

/** The server that is named; else the one that the link leads to; else the one that is known here. */
function serverOf(link: string, named: string | undefined): string {
  const server =
    named ?? (/^https?:/.test(link) ? link : (environment.server ?? findLogin()?.server ?? 'none'));
  if (URL.canParse(server)) return new URL(server).origin;
  throw new Failure(EXIT.usage, 'Say which server the link is of, with --server http://localhost:8080.');
}

async function askTwice(): Promise<string> {
  const password = await askHidden('New password: ', byStdin);
  if (password === (await askHidden('The same again: ', byStdin))) return password;
  throw new Failure(EXIT.usage, 'The two are not the same; nothing is changed.');
}

async function readTwoLines(what: string): Promise<[string, string]> {
  const [first, second, ...more] = (await readStandardInput(what)).split(/\r?\n/);
  if (first && second && more.length === 0) return [first, second];
  throw new Failure(EXIT.usage, `--stdin takes ${what}, each on a line of its own.`);
}
