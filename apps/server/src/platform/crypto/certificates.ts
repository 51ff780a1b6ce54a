// tsyringe, which @peculiar/x509 is built on, refuses to load before this.
import 'reflect-metadata';
import { createHash, createPrivateKey, randomBytes } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(crypto);

/** P-256 with SHA-256: the one algorithm of every certificate and device key. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** RFC 5280, 4.1.2.5: 99991231235959Z says that a certificate has no well-defined expiration. */
const NO_EXPIRATION = new Date('9999-12-31T23:59:59Z');
/** Long past, so that a machine whose clock battery died still takes the certificate. */
const ALWAYS = new Date('2000-01-01T00:00:00Z');

/** A P-256 key with its certificate. `key` is PKCS#8 DER, `certificate` X.509 DER. */
export type CertifiedKey = { readonly key: Uint8Array; readonly certificate: Uint8Array };

type Subject = { readonly commonName: string; readonly organisation: string };
/** Names a listener's certificate stands for. Addresses go in as IP names, everything else as DNS names. */
export type ServerNames = { readonly name: string; readonly further: readonly string[] };

/** A new private key as PKCS#8 DER. */
export async function createPrivateP256(): Promise<Uint8Array> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  return new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
}

/** A certificate authority that signs end certificates and no further authorities. */
export async function createAuthority(subject: Subject): Promise<CertifiedKey> {
  const key = await createPrivateP256();
  const { privateKey, publicKey } = await importPair(key);
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    subject: distinguishedName(subject),
    issuer: distinguishedName(subject),
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return { key, certificate: new Uint8Array(certificate.rawData) };
}

/** A gateway's key and certificate: server use only, the one fixed name. */
export async function issueServerCertificate(authority: CertifiedKey, name: string): Promise<CertifiedKey> {
  const key = await createPrivateP256();
  const { publicKey } = await importPair(key);
  const certificate = await sign(authority, { commonName: name, organisation: 'Muster' }, publicKey, [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth], true),
    new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
  ]);
  return { key, certificate };
}

/**
 * A device's certificate: client use only, no alternative name, a subject of our choosing. Of what the device sent only
 * the public key (DER SubjectPublicKeyInfo) goes in; the caller has checked that it is P-256 and that the device has it.
 */
export async function issueDeviceCertificate(
  authority: CertifiedKey,
  subject: { deviceId: string; installationId: string },
  publicKey: Uint8Array,
): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('spki', owned(publicKey), ALGORITHM, true, ['verify']);
  const names = { commonName: subject.deviceId, organisation: subject.installationId };
  return sign(authority, names, imported, [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth], true),
  ]);
}

/** The console listener's own certificate over a key that stays when the addresses change, so that pins stay true. */
export async function selfSignedServerCertificate(key: Uint8Array, names: ServerNames): Promise<Uint8Array> {
  const { privateKey, publicKey } = await importPair(key);
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    subject: distinguishedName({ commonName: names.name, organisation: 'Muster' }),
    issuer: distinguishedName({ commonName: names.name, organisation: 'Muster' }),
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth], true),
      new SubjectAlternativeNameExtension(alternativeNames(names)),
    ],
  });
  return new Uint8Array(certificate.rawData);
}

/** What curl's --pinnedpubkey compares: base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo. */
export function publicKeyPin(certificate: Uint8Array | string): string {
  const { publicKey } = new X509Certificate(
    typeof certificate === 'string' ? certificate : owned(certificate),
  );
  return createHash('sha256').update(new Uint8Array(publicKey.rawData)).digest('base64');
}

/** PEM of a DER certificate, with a newline at its end. */
export function certificatePem(certificate: Uint8Array): string {
  return `${new X509Certificate(owned(certificate)).toString('pem')}\n`;
}

/** PEM of a PKCS#8 DER key. */
export function privateKeyPem(key: Uint8Array): string {
  return createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

async function sign(
  authority: CertifiedKey,
  subject: Subject,
  publicKey: CryptoKey,
  extensions: Extension[],
): Promise<Uint8Array> {
  const issuer = new X509Certificate(owned(authority.certificate));
  const { privateKey } = await importPair(authority.key);
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    subject: distinguishedName(subject),
    issuer: issuer.subject,
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...extensions,
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return new Uint8Array(certificate.rawData);
}

function validity() {
  // RFC 5280 wants a positive number of at most 20 octets; the first octet keeps it positive and of full length.
  const serial = Buffer.concat([Buffer.from([0x4d]), randomBytes(15)]).toString('hex');
  return { serialNumber: serial, notBefore: ALWAYS, notAfter: NO_EXPIRATION };
}

function distinguishedName({ commonName, organisation }: Subject) {
  return [{ CN: [commonName] }, { O: [organisation] }];
}

function alternativeNames({ name, further }: ServerNames) {
  const isAddress = (text: string) => /^[0-9.]+$/.test(text) || text.includes(':');
  return [...new Set([name, ...further])].map((value) => ({
    type: isAddress(value) ? ('ip' as const) : ('dns' as const),
    value,
  }));
}

async function importPair(key: Uint8Array): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> {
  const privateKey = await crypto.subtle.importKey('pkcs8', owned(key), ALGORITHM, true, ['sign']);
  const { d: _private, key_ops: _use, ...jwk } = await crypto.subtle.exportKey('jwk', privateKey);
  const publicKey = await crypto.subtle.importKey('jwk', jwk, ALGORITHM, true, ['verify']);
  return { privateKey, publicKey };
}

/** WebCrypto wants bytes over an ArrayBuffer of their own; database drivers and protobuf hand out views. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
