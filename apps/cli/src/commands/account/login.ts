import { hostname } from 'node:os';
import type { SignedIn } from '@muster/contracts';
import type { Command } from 'commander';
import { ask, askHidden, readStandardInput } from '../../ask.ts';
import { type Client, connect } from '../../client.ts';
import { environment, findLogin, forgetLogin, storeLogin } from '../../config.ts';
import { EXIT, Failure } from '../../failure.ts';
import { Output } from '../../output.ts';
import { finishByFactor } from '../../prove.ts';
import { openSession } from '../../session.ts';
import { readCertificate, readServer } from '../../typed.ts';

type LoginOptions = {
  server?: string;
  email?: string;
  serverCert?: string;
  password?: boolean;
  passwordStdin?: boolean;
  json?: boolean;
};

export function addLogin(program: Command): void {
  program
    .command('login')
    .description('sign in and remember it on this machine')
    .option('--server <url>', 'address of the console')
    .option('--password', 'ask for email and password here instead of approving a code in the console')
    .option('--email <email>', 'who you are; goes with a password')
    .option('--password-stdin', 'read the password from standard input')
    .option('--server-cert <file>', "PEM of the server's own certificate")
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nPrints an address and a code that you approve in the console, where second factors and providers work too.\nA password is never an argument. Scripts: --password-stdin, or MUSTER_EMAIL and MUSTER_PASSWORD.',
    )
    .action(login);
  program
    .command('logout')
    .description('sign out and forget the login')
    .action(async () => {
      const { client, output } = openSession({});
      await client.auth
        .logout()
        .catch(() =>
          output.note('The server did not answer; the login on this machine is forgotten all the same.'),
        );
      forgetLogin();
    });
  program
    .command('whoami')
    .description('who is signed in, and what they may do')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { client, login: current, output } = openSession(options);
      const me = await client.auth.me();
      output.record(me, [
        ['server', current.server],
        ['name', me.name],
        ['email', me.email],
        ['may', me.permissions.join(', ')],
      ]);
    });
}

async function login(options: LoginOptions): Promise<void> {
  const output = new Output(options.json ?? false);
  const server = readServer(
    options.server ?? environment.server ?? findLogin()?.server ?? 'http://localhost:8080',
  );
  const certificate = readCertificate(options.serverCert ?? environment.certificateFile);
  const client = connect({ server, certificate, token: null });
  const byPassword = options.password || options.email || options.passwordStdin || environment.password;
  const answer = byPassword ? await byTypedPassword(client, options) : await signInByCode(client, output);
  const { token, expiresAt, user } = answer;
  storeLogin({ server, certificate, token, expiresAt, email: user.email });
  output.item({ server, user, expiresAt }, `Signed in at ${server} as ${user.name}, until ${expiresAt}.`);
}

async function byTypedPassword(client: Client, options: LoginOptions): Promise<SignedIn> {
  const email = options.email ?? environment.email ?? (await ask('Email: '));
  const password = options.passwordStdin
    ? await readStandardInput('the password')
    : (environment.password ?? (await askHidden('Password: ')));
  return client.auth.login({ email, password }).catch((error) => finishByFactor(client, error));
}

/** Shows a code and waits until somebody has approved it in the console; asks as often as the server wants, no more. */
async function signInByCode(client: Client, output: Output): Promise<SignedIn> {
  const begun = await client.deviceLogins.begin({ client: `muster on ${hostname()}`.slice(0, 100) });
  output.note(`Open ${begun.verificationUrl} and type the code ${begun.userCode}.`);
  output.note(`Waiting for ${Math.round(begun.expiresIn / 60)} minutes; Ctrl-C gives up.`);
  const endsAt = performance.now() + begun.expiresIn * 1_000;
  let { interval } = begun;
  while (performance.now() < endsAt) {
    await Bun.sleep(interval * 1_000);
    const answer = await client.deviceLogins.poll({ deviceCode: begun.deviceCode });
    if (answer.state === 'signed_in') return answer;
    if (answer.state === 'denied') throw new Failure(EXIT.signedOut, 'The code was refused in the console.');
    if (!('interval' in answer)) break;
    interval = answer.interval;
  }
  throw new Failure(EXIT.signedOut, 'Nobody approved the code in time; run `muster login` again.');
}
