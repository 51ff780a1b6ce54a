import { expect, test } from 'bun:test';
import { createHash, createPublicKey } from 'node:crypto';
import { createDeviceKey } from '../../../platform/crypto/testing/device-key.ts';
import { installLines, pinCallback } from './install-lines.ts';

const SECRET = 'mst_abcdefghijkl_secret';

test('the token is in the environment of every line, and in no address', () => {
  const lines = installLines({ url: 'https://rmm.example:8080', tls: { kind: 'own', pin: 'PIN' } }, SECRET);

  expect(lines.map(({ system }) => system)).toEqual(['linux', 'windows', 'darwin']);
  for (const { line, shell } of lines) {
    expect(line).toContain(
      shell === 'sh'
        ? `| MUSTER_TOKEN=${SECRET} sudo --preserve-env=MUSTER_TOKEN sh`
        : `$env:MUSTER_TOKEN='${SECRET}';`,
    );
    expect(line.match(/https:[^\s')]*/g)?.join()).not.toContain(SECRET);
  }
});

test("with a certificate of the operator's own nothing is pinned and nothing is left unchecked", () => {
  const [linux, windows] = installLines({ url: 'https://rmm.example', tls: { kind: 'given' } }, SECRET);

  expect(linux?.line).toStartWith('curl -fsS https://rmm.example/install.sh');
  expect(windows?.line).not.toContain('ServerCertificateValidationCallback');
});

test('the PowerShell pin hashes what curl hashes: the fixed prefix of P-256 and the point that .NET returns', () => {
  const { spki } = createDeviceKey();
  const jwk = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).export({
    format: 'jwk',
  });
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(jwk.x ?? '', 'base64url'),
    Buffer.from(jwk.y ?? '', 'base64url'),
  ]);
  const pin = createHash('sha256').update(spki).digest('base64');

  const callback = pinCallback(pin);
  const prefix = Buffer.from(/FromBase64String\('([^']+)'\)/.exec(callback)?.[1] ?? '', 'base64');

  expect(createHash('sha256').update(prefix).update(point).digest('base64')).toBe(pin);
  expect(callback).toContain(`-ceq '${pin}'`);
});
