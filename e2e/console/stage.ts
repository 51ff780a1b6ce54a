import { afterAll, beforeAll, setDefaultTimeout } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '@muster/contracts';
import { compileAgent, createFleet, LocalAgent, type RunningServer, startServer } from '../src/index.ts';
import { type Console, openConsole } from './open-console.ts';

const SET_UP_WITHIN_MS = 240_000;
const TEST_WITHIN_MS = 400_000;

/** What everybody on the stage has chosen. */
export const PASSWORD = 'seven brave otters count teaspoons';

/** Who can sign in. */
type Person = { readonly id: string; readonly email: string; readonly password: string };

/** What tests of the console play on; its parts are there from `beforeAll` to `afterAll`. */
class Stage {
  server!: RunningServer;
  /** Signed in as the administrator. */
  ui!: Console;
  readonly fleet = createFleet(() => this.server);

  /** Somebody who has chosen a password, with one role everywhere or none. */
  async person(name: string, roleId?: string): Promise<Person> {
    const email = `${name.toLowerCase()}@example.test`;
    const grants = roleId === undefined ? [] : [{ roleId }];
    const { user, link } = await this.server.api<{ user: { id: string }; link: { token: string } }>(
      'POST',
      '/users',
      { name, email, grants },
    );
    await this.server.api('POST', '/auth/password-links/redeem', { token: link.token, password: PASSWORD });
    return { id: user.id, email, password: PASSWORD };
  }
}

/** A stage with the agent of this very machine, enrolled. */
class MachineStage extends Stage {
  agent!: LocalAgent;
  /** The machine as it was when it first came online. */
  device!: Device;
}

/** Does what is needed before the browser opens. */
type Prepare<Of extends Stage> = (stage: Of) => Promise<unknown>;
const nothing = async () => {};

/** Gives the tests of a `describe` a real server of their own, and a browser that is signed in. */
export function stageConsole(prepare: Prepare<Stage> = nothing): Stage {
  return set(new Stage(), prepare);
}

/** The same with a real agent, which is online before anything else is done. */
export function stageMachine(prepare: Prepare<MachineStage> = nothing): MachineStage {
  const stage = new MachineStage();
  let folder = '';
  set(stage, async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-stage-'));
    stage.agent = new LocalAgent(await compileAgent(folder), join(folder, 'agent'));
    await stage.agent.enrol(stage.server.url, await stage.fleet.newToken());
    stage.agent.start();
    stage.device = await stage.fleet.presence(stage.agent.deviceId, 'online', 60_000);
    await prepare(stage);
  });
  afterAll(async () => {
    await stage.agent?.end('SIGKILL');
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });
  return stage;
}

function set<Of extends Stage>(stage: Of, prepare: Prepare<Of>): Of {
  setDefaultTimeout(TEST_WITHIN_MS);
  beforeAll(async () => {
    stage.server = await startServer();
    await prepare(stage);
    stage.ui = await openConsole(stage.server.url);
  }, SET_UP_WITHIN_MS);
  afterAll(async () => {
    await stage.ui?.close();
    await stage.server?.stop();
  });
  return stage;
}
