import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, runProcess } from '@muster/lab';
import { freePort } from '../src/index.ts';
import type { TestAuthority } from './test-authority.ts';

const BASE = 'dc=example,dc=test';
const ROOT_DN = `cn=root,${BASE}`;
const ROOT_PASSWORD = 'directory root';

/** Whoever searches; may read everything but passwords. */
export const SEARCHER = { dn: `cn=searcher,${BASE}`, password: 'may only look' } as const;
/** Password of everybody in the directory. */
export const DIRECTORY_PASSWORD = 'quartz ferry lantern';

/** Debian's slapd as a process of its own, with people and groups. */
export interface RunningDirectory {
  readonly base: string;
  readonly plainUrl: string;
  readonly secureUrl: string;
  /** Changes entries, as ldapmodify reads them. */
  modify(ldif: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on free loopback ports; `localhost` and `127.0.0.1` are in its certificate unless told otherwise. */
export async function startDirectory(
  folder: string,
  authority: TestAuthority,
  names = 'DNS:localhost,IP:127.0.0.1',
): Promise<RunningDirectory> {
  const { key, certificate } = await authority.issue('directory', names);
  const [plain, secure] = [await freePort(), await freePort()];
  const plainUrl = `ldap://localhost:${plain}`;
  const secureUrl = `ldaps://localhost:${secure}`;
  mkdirSync(join(folder, 'db'), { recursive: true });
  const config = join(folder, 'slapd.conf');
  writeFileSync(config, configuration(folder, { authority, key, certificate }));
  const listeners = `ldap://127.0.0.1:${plain}/ ldaps://127.0.0.1:${secure}/`;
  const slapd = findProgram('slapd') ?? 'slapd';
  // With -d it stays in the foreground and ends with its test.
  const child = Bun.spawn([slapd, '-d', '0', '-f', config, '-h', listeners], {
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const change = async (program: 'ldapadd' | 'ldapmodify', ldif: string) => {
    const words = [program, '-x', '-H', `ldap://127.0.0.1:${plain}`, '-D', ROOT_DN, '-w', ROOT_PASSWORD];
    const file = join(folder, 'change.ldif');
    writeFileSync(file, ldif);
    return runProcess([...words, '-f', file], { timeoutMs: 60_000 });
  };
  let filled = await change('ldapadd', PEOPLE);
  for (const end = Date.now() + 10_000; filled.code !== 0 && Date.now() < end; await Bun.sleep(100)) {
    if (child.exitCode !== null) throw new Error(`slapd ended: ${await child.stderr.text()}`);
    filled = await change('ldapadd', PEOPLE);
  }
  if (filled.code !== 0) throw new Error(`the directory could not be filled: ${filled.stderr}`);
  return {
    base: BASE,
    plainUrl,
    secureUrl,
    modify: async (ldif) => {
      const done = await change('ldapmodify', ldif);
      if (done.code !== 0) throw new Error(done.stderr);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

type Tls = { readonly authority: TestAuthority; readonly key: string; readonly certificate: string };

function configuration(folder: string, { authority, key, certificate }: Tls): string {
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile ${join(folder, 'slapd.pid')}
TLSCACertificateFile ${authority.certificateFile}
TLSCertificateFile ${certificate}
TLSCertificateKeyFile ${key}
# Both ways in which directories let somebody in without a password: nobody may come in by them.
allow bind_anon_cred bind_anon_dn
database mdb
suffix "${BASE}"
rootdn "${ROOT_DN}"
rootpw "${ROOT_PASSWORD}"
directory ${join(folder, 'db')}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${SEARCHER.dn}" read by users read by * none
overlay memberof
`;
}

const person = (uid: string, name: string, mail = `${uid}@example.test`) => `
dn: uid=${uid},ou=people,${BASE}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${name}
sn: ${name}
displayName: ${name}
mail: ${mail}
userPassword: ${DIRECTORY_PASSWORD}
`;

const group = (cn: string, ou: string, member: string) => `
dn: cn=${cn},ou=${ou},${BASE}
objectClass: groupOfNames
cn: ${cn}
member: uid=${member},ou=people,${BASE}
`;

const PEOPLE = `dn: ${BASE}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,${BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${BASE}
objectClass: organizationalUnit
ou: groups

dn: ou=elsewhere,${BASE}
objectClass: organizationalUnit
ou: elsewhere

dn: ${SEARCHER.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: searcher
userPassword: ${SEARCHER.password}
${person('grace', 'Grace')}${person('henry', 'Henry')}${person('irene', 'Irene')}${person('twin', 'Twin One', 'twins@example.test')}${person('twin2', 'Twin Two', 'twins@example.test')}${group('operators', 'groups', 'grace')}${group('admins', 'groups', 'henry')}${group('admins', 'elsewhere', 'grace')}`;
