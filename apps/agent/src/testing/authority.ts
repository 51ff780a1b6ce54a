import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate authority made by the openssl program: nothing of the server's own code is believed here. */
export class Authority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-authority-'));
  readonly certificate: string;

  constructor(name: string) {
    this.#openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ca.key']);
    this.#openssl([
      'req',
      '-x509',
      '-new',
      '-key',
      'ca.key',
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
      '-out',
      'ca.crt',
    ]);
    this.certificate = this.#read('ca.crt');
  }

  /** A key and certificate for a server of this name. */
  issueServer(name: string, usage = 'serverAuth'): { key: string; certificate: string } {
    this.#openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'server.key']);
    this.#write('server.ext', `extendedKeyUsage=${usage}\nsubjectAltName=DNS:${name}\n`);
    this.#openssl(['req', '-new', '-key', 'server.key', '-subj', `/CN=${name}`, '-out', 'server.csr']);
    this.#sign('server');
    return { key: this.#read('server.key'), certificate: this.#read('server.crt') };
  }

  /** A client certificate over somebody's public key (DER SubjectPublicKeyInfo). */
  issueClient(name: string, publicKey: Uint8Array): string {
    writeFileSync(join(this.#folder, 'client.spki'), publicKey);
    this.#openssl(['pkey', '-pubin', '-inform', 'DER', '-in', 'client.spki', '-out', 'client.pub']);
    this.#write('client.ext', 'extendedKeyUsage=clientAuth\n');
    this.#openssl(['req', '-new', '-key', 'ca.key', '-subj', `/CN=${name}`, '-out', 'client.csr']);
    this.#sign('client', ['-force_pubkey', 'client.pub']);
    return this.#read('client.crt');
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #sign(file: string, more: string[] = []): void {
    const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30'];
    this.#openssl([
      'x509',
      '-req',
      '-in',
      `${file}.csr`,
      ...by,
      '-extfile',
      `${file}.ext`,
      '-out',
      `${file}.crt`,
      ...more,
    ]);
  }

  #openssl(words: string[]): void {
    const done = Bun.spawnSync(['openssl', ...words], { cwd: this.#folder, stderr: 'pipe' });
    if (done.exitCode !== 0) throw new Error(`openssl ${words[0]}: ${done.stderr.toString()}`);
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8');
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text);
  }
}

/** PEM to DER. */
export function derOf(pem: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(pem.replace(/-----[A-Z ]+-----|\s/g, ''));
}
