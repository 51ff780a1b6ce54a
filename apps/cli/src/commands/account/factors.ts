import type { Passkey } from '@muster/contracts';
import type { Command } from 'commander';
import { ask, readStandardInput } from '../../ask.ts';
import type { Client } from '../../client.ts';
import { ago } from '../../output.ts';
import { pick } from '../../places.ts';
import { openSession } from '../../session.ts';

type Json = { json?: boolean };

/** `muster factors`: your second factors. A new passkey is the browser's to make. */
export function addFactors(program: Command): void {
  const factors = program.command('factors').description('your second factors');
  factors
    .command('show')
    .description('show what you can prove with who you are')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      const mine = await client.factors.list();
      output.record(mine, [
        ['password', mine.password ? 'yes' : 'no'],
        ['one-time passwords', mine.totp ? `since ${mine.totp.confirmedAt}` : 'no'],
        ['recovery codes left', String(mine.recoveryCodesLeft)],
        ['passkeys', mine.passkeys.map(describe).join(', ') || 'none'],
        ['a role demands one', mine.required ? 'yes' : 'no'],
      ]);
    });
  addOneTimePasswords(factors);
  addPasskeys(factors);
}

function addOneTimePasswords(factors: Command): void {
  factors
    .command('begin-totp')
    .description('print the secret for an app of one-time passwords; it counts once a code is confirmed')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      const begun = await client.factors.beginTotp();
      output.record(begun, [
        ['secret', begun.secret],
        ['address', begun.uri],
        ['next', 'give it to the app, then run `muster factors confirm-totp`'],
      ]);
    });
  factors
    .command('confirm-totp')
    .description('confirm one-time passwords with a code of the app')
    .option('--code-stdin', 'read the code from standard input')
    .option('--json', 'print JSON')
    .action(async (options: Json & { codeStdin?: boolean }) => {
      const { client, output } = openSession(options);
      const code = options.codeStdin
        ? await readStandardInput('the code of the app')
        : await ask('Code of the app: ', 'Give it with --code-stdin.');
      const answer = await client.factors.confirmTotp({ code });
      if (output.json) return output.document(answer);
      output.text('One-time passwords count from now on.');
      if (answer.recoveryCodes.length > 0) output.text(told(answer.recoveryCodes));
    });
  factors
    .command('remove-totp')
    .description('give up one-time passwords')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      await client.factors.removeTotp();
      output.item(await client.factors.list(), 'One-time passwords count no longer.');
    });
  factors
    .command('recovery-codes')
    .description('make new recovery codes; the old ones are worthless then')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      const answer = await client.factors.renewRecoveryCodes();
      if (output.json) output.document(answer);
      else output.text(told(answer.recoveryCodes));
    });
}

function addPasskeys(factors: Command): void {
  factors
    .command('rename-passkey <passkey> <name>')
    .description('call a passkey something else; new ones are made in the console')
    .option('--json', 'print JSON')
    .action(async (wanted: string, name: string, options: Json) => {
      const { client, output } = openSession(options);
      const { id: passkeyId } = await findPasskey(client, wanted);
      const passkey = await client.factors.renamePasskey({ passkeyId, name });
      output.item(passkey, `It is called ${passkey.name} now.`);
    });
  factors
    .command('remove-passkey <passkey>')
    .description('remove a passkey')
    .option('--json', 'print what it was as JSON')
    .action(async (wanted: string, options: Json) => {
      const { client, output } = openSession(options);
      const passkey = await findPasskey(client, wanted);
      await client.factors.removePasskey({ passkeyId: passkey.id });
      output.item(passkey, `The passkey ${passkey.name} is removed.`);
    });
}

async function findPasskey(client: Client, wanted: string): Promise<Passkey> {
  return pick((await client.factors.list()).passkeys, wanted, 'passkey');
}

const describe = ({ name, lastUsedAt }: Passkey): string => `${name} (used ${ago(lastUsedAt)})`;

const told = (codes: readonly string[]): string =>
  `Recovery codes; each stands in once for what is lost, and they are shown this once:\n${codes.join('\n')}`;
