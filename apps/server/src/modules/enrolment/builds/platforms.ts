import type { RuntimeTarget } from '../../../platform/operations/runtimes.ts';

/** Systems that agents are built for, as enrolment names them, with Bun's name and that of the file. */
export const PLATFORMS = Object.freeze({
  'linux-amd64': { target: 'linux-x64', file: 'muster-agent' },
  'linux-arm64': { target: 'linux-aarch64', file: 'muster-agent' },
  'windows-amd64': { target: 'windows-x64', file: 'muster-agent.exe' },
  'darwin-amd64': { target: 'darwin-x64', file: 'muster-agent' },
  'darwin-arm64': { target: 'darwin-aarch64', file: 'muster-agent' },
} as const satisfies Record<string, { target: RuntimeTarget; file: string }>);

export type AgentPlatform = keyof typeof PLATFORMS;

/** Narrows text from a URL. */
export function isAgentPlatform(text: string): text is AgentPlatform {
  return Object.hasOwn(PLATFORMS, text);
}

/** The platform of this very process; undefined where no agent is built for it. */
export function nativePlatform(): AgentPlatform | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `${system}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  return isAgentPlatform(name) ? name : undefined;
}
