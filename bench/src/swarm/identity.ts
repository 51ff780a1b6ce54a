import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ENROL_PATH,
  EnrolRequestSchema,
  type EnrolResponse,
  EnrolResponseSchema,
  FactsSchema,
  gatewayServerName,
  signedBytes,
} from '@muster/contracts/wire';

/** What one simulated agent keeps of its enrolment. */
export type Identity = {
  readonly number: number;
  readonly deviceId: string;
  readonly installationId: string;
  readonly deviceToken: string;
  readonly key: KeyObject;
  readonly tls: { cert: string; key: string; ca: string; serverName: string };
};

/** Enrols `count` machines with keys of their own, `parallel` at a time, as the agent does it. */
export async function enrolMany(
  target: { readonly url: string; readonly token: string; readonly count: number },
  parallel: number,
): Promise<Identity[]> {
  const identities: Identity[] = [];
  let next = 0;
  const work = async () => {
    while (next < target.count) identities.push(await enrolOne(target, next++));
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return identities.sort((left, right) => left.number - right.number);
}

async function enrolOne(target: { url: string; token: string }, number: number): Promise<Identity> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const digest = createHash('sha256').update(target.token).digest();
  const request = create(EnrolRequestSchema, {
    token: target.token,
    publicKey: spki,
    proof: signP256(privateKey, signedBytes('enrol', digest, spki)),
    facts: factsOf(number),
    agentVersion: '0.1.0',
  });
  const answer = await fetch(`${target.url}${ENROL_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto' },
    body: toBinary(EnrolRequestSchema, request),
  });
  if (!answer.ok) throw new Error(`enrolment answered ${answer.status}: ${await answer.text()}`);
  const response = fromBinary(EnrolResponseSchema, new Uint8Array(await answer.arrayBuffer()));
  return toIdentity(number, privateKey, response);
}

function toIdentity(number: number, key: KeyObject, response: EnrolResponse): Identity {
  const { deviceId, installationId, deviceToken } = response;
  return {
    number,
    deviceId,
    installationId,
    deviceToken,
    key,
    tls: {
      cert: pem(response.deviceCertificate),
      key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
      ca: pem(response.serverCa),
      serverName: gatewayServerName(installationId),
    },
  };
}

/** What machine `number` says of itself. */
export function factsOf(number: number) {
  const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  const octets = [2, 0, 0, (number >> 16) & 255, (number >> 8) & 255, number & 255];
  return create(FactsSchema, {
    hostname: `bench-${String(number).padStart(5, '0')}`,
    os: 'linux',
    osName: 'Debian GNU/Linux 12 (bookworm)',
    osVersion: '12.9',
    kernel: '6.1.0',
    arch: 'amd64',
    serialNumber: `BENCH${number}`,
    cpuCores: 4,
    memoryTotalBytes: 8n * 1024n ** 3n,
    interfaces: [
      {
        name: 'eth0',
        mac: octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':'),
        addresses: [`${address}/8`],
      },
    ],
    agentVersion: '0.1.0',
  });
}

/** ECDSA over P-256 with SHA-256, raw r||s. */
export function signP256(key: KeyObject, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }));
}

function pem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g);
  return `-----BEGIN CERTIFICATE-----\n${lines?.join('\n')}\n-----END CERTIFICATE-----\n`;
}
