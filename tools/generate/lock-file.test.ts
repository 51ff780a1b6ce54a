import { expect, test } from 'bun:test';
import { completeLock } from './lock-file.ts';

const lock = {
  packages: {
    '': {},
    'node_modules/tool': {
      version: '1.0.0',
      dev: true,
      optionalDependencies: {
        '@tool/cli-darwin-arm64': '1.0.0',
        '@tool/cli-linux-arm-musleabihf': '1.0.0',
        '@tool/cli-linux-x64': '1.0.0',
        '@tool/cli-windows-aarch64': '1.0.0',
      },
    },
    'node_modules/tool/node_modules/@tool/cli-linux-x64': { version: '1.0.0', optional: true },
  },
};

test('binaries that the registry did not offer are added with their platform, and those that are there stay', () => {
  const { packages } = completeLock(lock);

  expect(packages['node_modules/@tool/cli-darwin-arm64']).toEqual({
    version: '1.0.0',
    cpu: ['arm64'],
    dev: true,
    optional: true,
    os: ['darwin'],
  });
  expect(packages['node_modules/@tool/cli-linux-arm-musleabihf']).toMatchObject({
    cpu: ['arm'],
    libc: ['musl'],
  });
  expect(packages['node_modules/@tool/cli-windows-aarch64']).toMatchObject({ cpu: ['arm64'], os: ['win32'] });
  expect(packages['node_modules/@tool/cli-linux-x64']).toBeUndefined();
});

test('a complete lock file stays as it is', () => {
  const complete = completeLock(lock);

  expect(JSON.stringify(completeLock(complete))).toBe(JSON.stringify(complete));
});
