import type { Addresses } from '../modules/system/index.ts';

/** The block that a start ends with: where the console is, how to get in, where everything lies, how to stop. */
export function welcome(parts: {
  readonly addresses: Addresses;
  readonly setUpToken: string | undefined;
  readonly dataDir: string;
  /** Things that did not work but keep nothing else from working. */
  readonly notes: readonly string[];
}): string {
  const urls = parts.addresses.consoleUrls();
  const here = urls.find((url) => url.startsWith('http://localhost:')) ?? urls[0] ?? '';
  const lines = [
    ['Console', here],
    ...urls.filter((url) => url !== here).map((url) => ['', url]),
    // After the # nothing leaves the browser: no log on the way can hold the token.
    ...(parts.setUpToken ? [['Set up', `${here}/setup#token=${parts.setUpToken}`]] : []),
    ['Data', parts.dataDir],
    ['Stop', 'Ctrl-C'],
    ...parts.notes.map((note) => ['Note', note]),
  ];
  return `\n${lines.map(([name = '', value]) => `  ${name.padEnd(8)} ${value}`).join('\n')}\n`;
}
