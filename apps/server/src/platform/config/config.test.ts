import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { temporaryFolder } from '../../testing/server-process.ts';
import { InvalidConfigError, readConfig } from './index.ts';

test('without flags and variables every setting has its default', () => {
  const config = readConfig([], {});
  expect(config).toMatchObject({
    port: 8080,
    gatewayPort: 8443,
    listen: [],
    localAgent: true,
    logLevel: 'info',
  });
  expect(config.data).toEndWith('/.muster');
  expect(config.databaseUrl).toBeUndefined();
});

test('a flag wins over its variable, and repeated flags add up', () => {
  const config = readConfig(['--port', '9000', '--listen=10.0.0.1', '--listen', '::', '--no-local-agent'], {
    MUSTER_PORT: '9001',
    MUSTER_GATEWAY_PORT: '9002',
    MUSTER_LISTEN: '10.0.0.9',
  });
  expect(config).toMatchObject({
    port: 9000,
    gatewayPort: 9002,
    listen: ['10.0.0.1', '::'],
    localAgent: false,
  });
});

test('all problems are told at once, each with the name that the person wrote', () => {
  let problems: readonly string[] = [];
  try {
    readConfig(['--port', 'ninety', '--prot', '--data'], {
      MUSTER_DATABASE_URL: 'mysql://x',
      MUSTER_ADMIN_EMAIL: 'a@example.org',
      MUSTER_GATEWAY_PROT: '1',
    });
  } catch (error) {
    if (error instanceof InvalidConfigError) problems = error.problems;
  }
  const text = problems.join('\n');
  for (const part of ['--port', '--prot', '--data', 'MUSTER_DATABASE_URL', 'MUSTER_GATEWAY_PROT']) {
    expect(text).toContain(part);
  }
});

test('proxies are named by address or network, and nothing else is taken for one', () => {
  const { trustedProxies } = readConfig(['--trusted-proxies', '10.0.0.0/8'], {
    MUSTER_TRUSTED_PROXIES: '::1',
  });
  expect(trustedProxies).toEqual(['10.0.0.0/8']);
  expect(readConfig([], { MUSTER_TRUSTED_PROXIES: '::1,192.0.2.1' }).trustedProxies).toEqual([
    '::1',
    '192.0.2.1',
  ]);
  expect(() => readConfig(['--trusted-proxies', 'anybody'], {})).toThrow('--trusted-proxies');
});

test('two ports that are the same, and half a certificate, are refused', () => {
  expect(() => readConfig(['--port', '9000', '--gateway-port', '9000'], {})).toThrow('they must differ');
  expect(() => readConfig(['--tls-cert', '/nowhere/cert.pem'], {})).toThrow(
    '--tls-cert and --tls-key only work together',
  );
});

test('a value that is none of a list is told with the list', () => {
  expect(() => readConfig(['--log-level', 'loud'], {})).toThrow('must be one of');
});

test('a certificate and a key that a listener could not show are refused by file, before anything starts', async () => {
  using folder = temporaryFolder();
  const make = async (name: string) => {
    const file = (end: string) => join(folder.path, `${name}.${end}`);
    const [key, cert] = [file('key'), file('pem')];
    const how = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x'];
    await Bun.$`openssl req ${how} -keyout ${key} -out ${cert}`.quiet();
    return { key, cert };
  };
  const [one, other] = [await make('one'), await make('other')];
  const read = (cert: string, key: string) => readConfig(['--tls-cert', cert, '--tls-key', key], {});

  expect(read(one.cert, one.key)).toMatchObject({ tlsCert: one.cert, tlsKey: one.key });
  expect(() => read(one.cert, other.key)).toThrow(`the key in ${other.key} is not that of`);
  expect(() => read(one.key, one.key)).toThrow(`${one.key} holds no certificate`);
  expect(() => read(one.cert, one.cert)).toThrow(`${one.cert} holds no private key`);
});

test('the configuration cannot be changed afterwards', () => {
  const config = readConfig([], {});
  expect(() => Object.assign(config, { port: 1 })).toThrow();
  expect(() => (config.listen as string[]).push('::')).toThrow();
});
