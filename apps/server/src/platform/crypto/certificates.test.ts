import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayServerName, signedBytes } from '@muster/contracts/wire';
import {
  certificatePem,
  createPrivateP256,
  publicKeyPin,
  selfSignedServerCertificate,
} from './certificates.ts';
import { openTrust } from './open-trust.ts';
import { ed25519PublicKey } from './signatures.ts';
import { createDeviceKey } from './testing/device-key.ts';
import { createMemoryTrustStore } from './testing/memory-trust-store.ts';
import type { Trust } from './trust.ts';

// OpenSSL is the foreign half: what it reads and refuses is what any agent or proxy will.
let folder: string;
let trust: Trust;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-certificates-'));
  trust = await openTrust({ store: createMemoryTrustStore(), dataDir: folder, now: () => new Date() });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function openssl(...args: string[]): Promise<{ code: number; output: string }> {
  const run = Bun.spawn(['openssl', ...args], { cwd: folder, stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.exited,
  ]);
  return { code, output: out + err };
}

async function write(name: string, content: string | Uint8Array): Promise<string> {
  await Bun.write(join(folder, name), content);
  return join(folder, name);
}

test('EN-2: a device certificate is for clients alone, has no alternative name and the subject that the server chose', async () => {
  const certificate = await trust.issueDeviceCertificate('0197-device', createDeviceKey().spki);

  const { output } = await openssl(
    'x509',
    '-noout',
    '-text',
    '-in',
    await write('d.pem', certificatePem(certificate)),
  );

  expect(output).toContain('TLS Web Client Authentication');
  expect(output).not.toContain('TLS Web Server Authentication');
  expect(output).not.toContain('Subject Alternative Name');
  expect(output).toContain(`Subject: CN = 0197-device, O = ${trust.installationId}`);
  expect(output).toContain('Not After : Dec 31 23:59:59 9999 GMT');
  expect(output).toContain('CA:FALSE');
});

test('a device certificate holds for clients under the device CA and for nothing else', async () => {
  const device = await write(
    'd2.pem',
    certificatePem(await trust.issueDeviceCertificate('x', createDeviceKey().spki)),
  );
  const deviceCa = await write('device-ca.pem', certificatePem(trust.deviceCa));
  const serverCa = await write('server-ca.pem', certificatePem(trust.serverCa));

  expect((await openssl('verify', '-purpose', 'sslclient', '-CAfile', deviceCa, device)).code).toBe(0);
  expect((await openssl('verify', '-purpose', 'sslserver', '-CAfile', deviceCa, device)).code).not.toBe(0);
  expect((await openssl('verify', '-purpose', 'sslclient', '-CAfile', serverCa, device)).code).not.toBe(0);
});

test('the gateway certificate carries the fixed name of the installation, for servers, without an end', async () => {
  const gateway = await write('g.pem', trust.gatewayTls.cert);
  const serverCa = await write('server-ca.pem', certificatePem(trust.serverCa));
  const name = gatewayServerName(trust.installationId);

  const verified = await openssl(
    'verify',
    '-purpose',
    'sslserver',
    '-verify_hostname',
    name,
    '-CAfile',
    serverCa,
    gateway,
  );
  const otherName = await openssl(
    'verify',
    '-verify_hostname',
    'muster.example',
    '-CAfile',
    serverCa,
    gateway,
  );
  const text = await openssl('asn1parse', '-in', gateway);

  expect(verified.code).toBe(0);
  expect(otherName.code).not.toBe(0);
  expect(text.output).toContain('GENERALIZEDTIME   :99991231235959Z');
});

test('the pin of the console stays when its addresses change, and is what openssl computes', async () => {
  const before = await trust.consoleTls(['192.0.2.1', 'muster.example']);
  const after = await trust.consoleTls(['2001:db8::1']);
  await write('c.pem', before.cert);
  const run = Bun.spawn(
    [
      'sh',
      '-c',
      'openssl x509 -in c.pem -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64',
    ],
    { cwd: folder, stdout: 'pipe' },
  );

  expect(after.pin).toBe(before.pin);
  expect((await new Response(run.stdout).text()).trim()).toBe(before.pin);
  const { output } = await openssl(
    'x509',
    '-in',
    await write('c.pem', before.cert),
    '-noout',
    '-ext',
    'subjectAltName',
  );
  expect(output).toContain(
    `DNS:console.${trust.installationId}.muster.internal, IP Address:192.0.2.1, DNS:muster.example`,
  );
  const self = await selfSignedServerCertificate(await createPrivateP256(), before.names);
  expect(publicKeyPin(self)).not.toBe(before.pin);
});

test('openssl verifies the signature of a command under the key that the root certifies', async () => {
  const body = new TextEncoder().encode('bytes of a command body');
  const { signature } = await trust.signer.signCommand(body);
  const command = await commandKey();
  await write('command.pem', ed25519PublicKey(command).export({ format: 'pem', type: 'spki' }).toString());
  await write('signed.bin', signedBytes('command', body));
  await write('bare.bin', body);
  await write('signature.bin', signature);
  const check = (file: string) =>
    openssl(
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      'command.pem',
      '-rawin',
      '-in',
      file,
      '-sigfile',
      'signature.bin',
    );

  expect((await check('signed.bin')).output).toContain('Signature Verified Successfully');
  expect((await check('bare.bin')).code).not.toBe(0);
});

async function commandKey(): Promise<Uint8Array> {
  const { readStatement } = await import('./statements.ts');
  const statements = trust.keys.map((signed) => readStatement(trust.rootPublicKey, signed));
  const found = statements.find((statement) => statement?.purpose === 'command');
  if (found === undefined) throw new Error('no statement about the command key');
  return found.publicKey;
}
