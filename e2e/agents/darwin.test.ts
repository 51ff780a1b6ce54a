import { afterAll, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash } from 'node:crypto';
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
const CODE_DIRECTORY = 0xfade0c02;
const AD_HOC = 0x2;

/** Processor type and signature, from the header and load commands (mach-o/loader.h, kern/cs_blobs.h). */
function readMachO(program: Buffer) {
  let signatureAt = 0;
  let at = 32;
  for (let left = program.readUInt32LE(16); left > 0; left--) {
    if (program.readUInt32LE(at) === LC_CODE_SIGNATURE) signatureAt = program.readUInt32LE(at + 8);
    at += program.readUInt32LE(at + 4);
  }
  const directoryAt = signatureAt + program.readUInt32BE(signatureAt + 16);
  const word = (index: number) => program.readUInt32BE(directoryAt + index * 4);
  const [hashesAt, pages, signedBytes] = [directoryAt + word(4), word(7), word(8)];
  const pageBytes = 1 << program.readUInt8(directoryAt + 39);
  let wrongPages = 0;
  for (let page = 0; page < pages; page++) {
    const bytes = program.subarray(page * pageBytes, Math.min((page + 1) * pageBytes, signedBytes));
    const hash = program.subarray(hashesAt + page * 32, hashesAt + (page + 1) * 32);
    if (!createHash('sha256').update(bytes).digest().equals(hash)) wrongPages++;
  }
  return {
    magic: program.readUInt32LE(0),
    processor: program.readUInt32LE(4),
    directory: word(0),
    isAdHoc: (word(3) & AD_HOC) !== 0,
    isSignedUpToSignature: signedBytes === signatureAt && pages === Math.ceil(signedBytes / pageBytes),
    wrongPages,
  };
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
    expect(readMachO(program)).toEqual({
      magic: MACH_O_64,
      processor,
      directory: CODE_DIRECTORY,
      isAdHoc: true,
      isSignedUpToSignature: true,
      wrongPages: 0,
    });
    expect(program.includes('kern.bootsessionuuid')).toBe(true);
    expect(program.includes('StartServiceCtrlDispatcherW')).toBe(false);
  });
}
