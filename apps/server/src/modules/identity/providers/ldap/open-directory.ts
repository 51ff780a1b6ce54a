import net from 'node:net';
import tls from 'node:tls';
import type { LdapSettings } from '@muster/contracts';
import { BusyError, Client, InvalidCredentialsError, ResultCodeError, UnavailableError } from 'ldapts';
import { explainFault } from '../domain/explain-fault.ts';
import type { ServerOrder } from '../domain/server-order.ts';

/** No server of a directory could be used; the message says why, one after the other. */
export class DirectoryAway extends Error {
  override readonly name = 'DirectoryAway';
}

/** The directory answers, but not as it was set up to. */
export class DirectoryRefused extends Error {
  override readonly name = 'DirectoryRefused';
}

/** How a directory is reached. */
export type Directory = {
  readonly settings: LdapSettings;
  readonly password: string;
  /** Left out: as the settings name them. */
  readonly order?: ServerOrder;
};

/**
 * Works with the first server that answers, signed in as whoever searches. A server that fails on the way is left for
 * the next one; what a server says of its own accord (a result code) counts, and the next is not asked.
 */
export async function withDirectory<T>(
  directory: Directory,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const faults: string[] = [];
  const { settings, order } = directory;
  for (const url of order?.sort(settings.urls) ?? settings.urls) {
    const client = connect(url, settings);
    try {
      await secure(client, url, settings);
      await bindSearcher(client, directory);
      const done = await work(client);
      order?.answered(url);
      return done;
    } catch (error) {
      if (isAnswer(error)) throw error;
      order?.failed(url);
      faults.push(`${url}: ${explainFault(error)}`);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }
  throw new DirectoryAway(faults.join('; '));
}

/** A server that is busy or going down says so by a code as well; another one may have time. */
function isAnswer(error: unknown): boolean {
  if (error instanceof BusyError || error instanceof UnavailableError) return false;
  return error instanceof ResultCodeError || error instanceof DirectoryRefused;
}

/** Signs in as whoever searches. */
export async function bindSearcher(client: Client, { settings, password }: Directory): Promise<void> {
  if (settings.bindDn === '') return;
  if (password === '')
    throw new DirectoryRefused(
      `bind failed: there is no password for ${settings.bindDn}; set the provider’s secret`,
    );
  try {
    await client.bind(settings.bindDn, password);
  } catch (error) {
    if (!(error instanceof InvalidCredentialsError)) throw error;
    throw new DirectoryRefused(
      `bind failed: the directory does not take the password of ${settings.bindDn}`,
      { cause: error },
    );
  }
}

/**
 * One connection and no other: a client that quietly dialled again would go on without the TLS that StartTLS began, and
 * send the next password in the clear.
 */
function connect(url: string, settings: LdapSettings): Client {
  let isUsed = false;
  const useOnce = () => {
    if (isUsed) throw new Error('the connection was lost');
    isUsed = true;
  };
  return new Client({
    url,
    timeout: settings.timeoutMs,
    connectTimeout: settings.timeoutMs,
    ...(url.startsWith('ldaps:') ? { tlsOptions: tlsOptions(url, settings) } : {}),
    createConnection: ((...args: Parameters<typeof net.connect>) => {
      useOnce();
      return net.connect(...args);
    }) as typeof net.connect,
    ...(url.startsWith('ldaps:')
      ? {
          createSecureConnection: ((...args: Parameters<typeof tls.connect>) => {
            useOnce();
            return tls.connect(...args);
          }) as typeof tls.connect,
        }
      : {}),
  });
}

/** StartTLS before anything else is said; a server that will not is not spoken to. */
async function secure(client: Client, url: string, settings: LdapSettings): Promise<void> {
  if (url.startsWith('ldaps:') || !settings.startTls) return;
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(
    () => reject(Object.assign(new Error('StartTLS'), { code: 'ETIMEDOUT' })),
    settings.timeoutMs,
  );
  try {
    await Promise.race([client.startTLS(tlsOptions(url, settings)), promise]);
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
    throw new Error(`StartTLS failed, and without it nothing is sent: ${error.message}`);
  } finally {
    clearTimeout(late);
  }
}

function tlsOptions(url: string, { certificateAuthority }: LdapSettings): tls.ConnectionOptions {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    minVersion: 'TLSv1.2',
    ...(net.isIP(host) ? {} : { servername: host }),
    ...(certificateAuthority ? { ca: certificateAuthority } : {}),
  };
}
