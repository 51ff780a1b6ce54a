import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readCertificate, readServer } from './typed.ts';

/** Who this person is at which server; written by `muster login` with mode 0600. */
const Login = z.object({
  server: z.url(),
  token: z.string(),
  expiresAt: z.iso.datetime().nullable(),
  email: z.string().nullable(),
  /** PEM of the server's own certificate, where the system does not know it. */
  certificate: z.string().nullable(),
});
export type Login = z.infer<typeof Login>;

/** The one place that reads the environment. MUSTER_SERVER with MUSTER_TOKEN beats the stored login. */
export const environment = {
  server: process.env.MUSTER_SERVER,
  token: process.env.MUSTER_TOKEN,
  email: process.env.MUSTER_EMAIL,
  password: process.env.MUSTER_PASSWORD,
  certificateFile: process.env.MUSTER_SERVER_CERT,
  configFile:
    process.env.MUSTER_CLI_CONFIG ??
    join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'muster', 'login.json'),
};

/** The login to use, or undefined when nobody signed in here. */
export function findLogin(): Login | undefined {
  if (environment.server && environment.token) {
    return {
      server: readServer(environment.server),
      token: environment.token,
      expiresAt: null,
      email: null,
      certificate: readCertificate(environment.certificateFile),
    };
  }
  try {
    return Login.parse(JSON.parse(readFileSync(environment.configFile, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Stores the login for this person alone; the old file stays whole until the new one is. */
export function storeLogin(login: Login): void {
  mkdirSync(dirname(environment.configFile), { recursive: true, mode: 0o700 });
  const draft = `${environment.configFile}.new`;
  writeFileSync(draft, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, environment.configFile);
}

export function forgetLogin(): void {
  rmSync(environment.configFile, { force: true });
}
