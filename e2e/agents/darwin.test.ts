import { afterAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labRuntime } from '@muster/lab';
import { buildAgent } from '../../apps/agent/src/build/build-agent.ts';

/** No Mac runs here: what can be shown is that the builds are whole programs for it, signed as its kernel demands. */
setDefaultTimeout(240_000);

const folder = mkdtempSync(join(tmpdir(), 'muster-darwin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MACH_O_64 = 0xfeedfacf;
const LC_CODE_SIGNATURE = 0x1d;
const SIGNATURE_MAGIC = 0xfade0cc0;

/** Processor type, and where the signature lies, from the header and load commands (mach-o/loader.h). */
function readMachO(program: Buffer): { magic: number; processor: number; signature: number | undefined } {
  let signature: number | undefined;
  let at = 32;
  for (let left = program.readUInt32LE(16); left > 0; left--) {
    if (program.readUInt32LE(at) === LC_CODE_SIGNATURE) {
      signature = program.readUInt32BE(program.readUInt32LE(at + 8));
    }
    at += program.readUInt32LE(at + 4);
  }
  return { magic: program.readUInt32LE(0), processor: program.readUInt32LE(4), signature };
}

const BUILDS = [
  { platform: 'darwin-x64', target: 'darwin-x64', processor: 0x01000007 },
  { platform: 'darwin-arm64', target: 'darwin-aarch64', processor: 0x0100000c },
] as const;

for (const { platform, target, processor } of BUILDS) {
  test(`EN-5: the agent builds for ${platform}, as a signed program for that processor`, async () => {
    const runtimePath = await labRuntime(target);

    const built = await buildAgent({ platform, outFile: join(folder, platform), runtimePath });

    const program = Buffer.from(await Bun.file(built).arrayBuffer());
    expect(readMachO(program)).toEqual({ magic: MACH_O_64, processor, signature: SIGNATURE_MAGIC });
    expect(program.includes('kern.bootsessionuuid')).toBe(true);
    expect(program.includes('StartServiceCtrlDispatcherW')).toBe(false);
  });
}
