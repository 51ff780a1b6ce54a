import type { StateFolder } from '../identity/state-folder.ts';
import type { PolicyLevel } from './policy.ts';

const FILE = 'settings.json';

/** What was decided on this machine, at install: it is kept beside the identity, and no command changes it. */
export type AgentSettings = {
  /** Address of the console listener, for enrolment and re-identification. */
  readonly server: string;
  /** PEM of the console's own certificate where Muster made it; else the system's trust decides. */
  readonly serverCertificate: string | undefined;
  readonly pin: string | undefined;
  readonly proxy: string | undefined;
  readonly policy: PolicyLevel;
};

export function readSettings(folder: StateFolder): AgentSettings | undefined {
  return folder.readJson<AgentSettings>(FILE);
}

export function writeSettings(folder: StateFolder, settings: AgentSettings): void {
  folder.writeJson(FILE, settings);
}
