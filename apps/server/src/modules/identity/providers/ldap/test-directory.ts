import { type Client, NoSuchObjectError, ResultCodeError } from 'ldapts';
import type { Steps } from '../domain/steps.ts';
import { findEntry, findGroups } from './find-entry.ts';
import { type Directory, DirectoryAway, DirectoryRefused, withDirectory } from './open-directory.ts';

/** Tries each server of the directory by itself, and tells what it says of `login`. */
export async function testDirectory(directory: Directory, login: string | undefined): Promise<Steps> {
  const steps: Steps = [];
  for (const url of directory.settings.urls) {
    const alone = { ...directory, settings: { ...directory.settings, urls: [url] } };
    try {
      steps.push(...(await tryServer(alone, url, login)));
    } catch (error) {
      steps.push({ ok: false, text: explain(error, url) });
    }
  }
  return steps;
}

async function tryServer(directory: Directory, url: string, login: string | undefined): Promise<Steps> {
  const { settings } = directory;
  return withDirectory(directory, async (client) => {
    const how = url.startsWith('ldaps:') ? 'over TLS' : settings.startTls ? 'with StartTLS' : 'without TLS';
    const who = settings.bindDn === '' ? 'anonymously' : `as ${settings.bindDn}`;
    const steps: Steps = [{ ok: true, text: `${url}: connected ${how}, signed in ${who}` }];
    for (const base of new Set([settings.baseDn, settings.groups.baseDn || settings.baseDn])) {
      await demandBase(client, base);
      steps.push({ ok: true, text: `${url}: ${base} is there` });
    }
    if (login === undefined) return steps;
    const person = await findEntry(client, settings, { login });
    if (!person) {
      const where = settings.loginAttributes.join(', ');
      return [
        ...steps,
        { ok: false, text: `${url}: nobody has ${login} as ${where} below ${settings.baseDn}` },
      ];
    }
    const groups = await findGroups(client, settings, person);
    const told = groups.length === 0 ? 'in no group that counts' : `in ${groups.join(' and ')}`;
    const email = person.email ?? `without ${settings.emailAttribute}`;
    return [
      ...steps,
      { ok: person.email !== undefined, text: `${url}: ${login} is ${person.dn} (${email}), ${told}` },
    ];
  });
}

async function demandBase(client: Client, base: string): Promise<void> {
  await client.search(base, { scope: 'base', attributes: ['1.1'] }).catch((error: unknown) => {
    if (!(error instanceof NoSuchObjectError)) throw error;
    throw new DirectoryRefused(`there is no ${base}, or it is hidden from whoever searches`);
  });
}

function explain(error: unknown, url: string): string {
  if (error instanceof DirectoryAway) return `no connection: ${error.message}`;
  if (error instanceof DirectoryRefused) return `${url}: ${error.message}`;
  if (error instanceof ResultCodeError) return `${url}: the directory refuses: ${error.message.trim()}`;
  throw error;
}
