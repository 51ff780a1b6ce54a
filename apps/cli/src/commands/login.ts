import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { connect } from '../client.ts';
import { environment, findLogin, forgetLogin, storeLogin } from '../config.ts';
import { EXIT, Failure } from '../failure.ts';
import { Output } from '../output.ts';
import { openSession } from '../session.ts';

type LoginOptions = {
  server?: string;
  email?: string;
  serverCert?: string;
  passwordStdin?: boolean;
  json?: boolean;
};

export function addLogin(program: Command): void {
  program
    .command('login')
    .description('sign in and remember it on this machine')
    .option('--server <url>', 'address of the console')
    .option('--email <email>', 'who you are')
    .option('--password-stdin', 'read the password from standard input')
    .option('--server-cert <file>', "PEM of the server's own certificate")
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe password is asked for; it is never an argument. Scripts: --password-stdin, or MUSTER_EMAIL and MUSTER_PASSWORD.',
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
  const server = options.server ?? environment.server ?? findLogin()?.server ?? 'http://localhost:8080';
  if (!URL.canParse(server))
    throw new Failure(EXIT.usage, `${server} is not an address; it looks like http://localhost:8080.`);
  const certificateFile = options.serverCert ?? environment.certificateFile;
  const certificate = certificateFile ? readFileSync(certificateFile, 'utf8') : null;
  const email = options.email ?? environment.email ?? (await ask('Email: '));
  const password = options.passwordStdin
    ? await readStandardInput()
    : (environment.password ?? (await askHidden('Password: ')));
  const answer = await connect({ server, certificate, token: null }).auth.login({ email, password });
  storeLogin({ server, certificate, token: answer.token, expiresAt: answer.expiresAt, email });
  output.item(
    { server, user: answer.user, expiresAt: answer.expiresAt },
    `Signed in at ${server} as ${answer.user.name}, until ${answer.expiresAt}.`,
  );
}

function requireTerminal(what: string): void {
  if (!process.stdin.isTTY)
    throw new Failure(
      EXIT.usage,
      `There is no terminal to ask for the ${what}. Use --email and --password-stdin, or MUSTER_EMAIL and MUSTER_PASSWORD.`,
    );
}

function ask(question: string): Promise<string> {
  requireTerminal('email');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) =>
    lines.question(question, (answer) => {
      lines.close();
      resolve(answer.trim());
    }),
  );
}

/** Asks without echo; Ctrl-C ends the program as anywhere else. */
function askHidden(question: string): Promise<string> {
  requireTerminal('password');
  process.stderr.write(question);
  process.stdin.setRawMode(true);
  process.stdin.resume();
  let typed = '';
  return new Promise((resolve) => {
    const finish = () => {
      process.stdin.setRawMode(false);
      process.stdin.pause();
      process.stdin.off('data', onData);
      process.stderr.write('\n');
    };
    const onData = (chunk: Buffer) => {
      for (const key of chunk.toString('utf8')) {
        if (key === '\u0003') {
          finish();
          process.exit(130);
        }
        if (key === '\r' || key === '\n') {
          finish();
          return resolve(typed);
        }
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    };
    process.stdin.on('data', onData);
  });
}

async function readStandardInput(): Promise<string> {
  return (await Bun.stdin.text()).replace(/\r?\n$/, '');
}
