import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '@muster/lab';

/** A certificate authority of one test. */
export interface TestAuthority {
  /** PEM of the authority, for whoever is to trust it. */
  readonly certificate: string;
  readonly certificateFile: string;
  /** Makes key and certificate for names such as `DNS:localhost` or `IP:127.0.0.1`. */
  issue(name: string, alternatives: string): Promise<{ readonly key: string; readonly certificate: string }>;
}

/** Makes an authority in the folder, by openssl. */
export async function createAuthority(folder: string, name: string): Promise<TestAuthority> {
  mkdirSync(folder, { recursive: true });
  const at = (file: string) => join(folder, file);
  const openssl = (...words: string[]) => runProcess(['openssl', ...words], { check: true });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const subject = (common: string) => ['-subj', `/CN=${common}`];
  await openssl(
    ...[
      'req',
      '-x509',
      ...curve,
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.pem'),
      '-days',
      '2',
      ...subject(name),
    ],
  );
  return {
    certificate: readFileSync(at('ca.pem'), 'utf8'),
    certificateFile: at('ca.pem'),
    issue: async (common, alternatives) => {
      const [key, request, certificate] = [at(`${common}.key`), at(`${common}.csr`), at(`${common}.pem`)];
      writeFileSync(at('extensions'), `subjectAltName=${alternatives}\n`);
      await openssl('req', '-new', ...curve, '-keyout', key, '-out', request, ...subject(common));
      await openssl(
        ...['x509', '-req', '-in', request, '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
        ...['-days', '2', '-extfile', at('extensions'), '-out', certificate],
      );
      return { key, certificate };
    },
  };
}
