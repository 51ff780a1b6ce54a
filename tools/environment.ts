/** What the tools read from the environment; they read it nowhere else. */
export interface Environment {
  /** True on a build machine: what had to be skipped is a failure there. */
  readonly isCi: boolean;
  /** A PostgreSQL to test against in place of one that the runner starts. */
  readonly testDatabaseUrl: string | undefined;
}

/** The environment of this process, parsed. */
export function readEnvironment(): Environment {
  const { CI, MUSTER_TEST_DATABASE_URL } = process.env;
  return {
    isCi: CI === 'true' || CI === '1',
    testDatabaseUrl: MUSTER_TEST_DATABASE_URL === '' ? undefined : MUSTER_TEST_DATABASE_URL,
  };
}

/** The environment as a child process gets it, without colour codes that would garble a report. */
export function inheritedEnvironment(): Record<string, string | undefined> {
  return { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
}
