import { enrolMany, type Identity } from './identity.ts';
import type { Answer, Ask, LastWord, Order } from './messages.ts';
import { SimulatedAgent } from './simulated-agent.ts';
import { Tally } from './tally.ts';

/*
 * The process that a swarm lives in. One timer serves all agents: a minute has 1,200 slots of 50 ms, an agent checks in
 * in its own slot, samples every 200 slots and pings every 300, so that the load is spread as it is in the field.
 */

const SLOT_MS = 50;
const CHECK_IN_SLOTS = 1_200;
const SAMPLE_SLOTS = 200;
const PING_SLOTS = 300;
const ENROL_PARALLEL = 32;

const tally = new Tally();
let identities: Identity[] = [];
let agents: SimulatedAgent[] = [];
let timer: ReturnType<typeof setInterval> | undefined;

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.kind) {
    case 'enrol':
      identities = await enrolMany(ask, ENROL_PARALLEL);
      return identities.map(({ deviceId }) => deviceId);
    case 'connect':
      return connect(ask.gateway, ask.parallel);
    case 'complete':
      return tally.completeAtMs;
    case 'cut':
      tally.completeAtMs = 0;
      for (const agent of agents) agent.cut(ask.stayAway);
      return;
    case 'goodbye':
      for (const agent of agents) agent.goodbye();
      return;
    case 'freeze':
      return freeze();
    case 'flush':
      return flush(ask.withinMs);
    case 'commands':
      return tally.takeCommands();
    case 'figures':
      return tally.take();
  }
}

async function connect(gateway: string, parallel: number): Promise<void> {
  agents = identities.map((identity) => new SimulatedAgent(identity, gateway, tally));
  tally.wanted = agents.length;
  timer ??= startTimer();
  let next = 0;
  const work = async () => {
    for (let agent = agents[next++]; agent; agent = agents[next++]) await agent.start();
  };
  await Promise.all(Array.from({ length: parallel }, work));
}

function startTimer(): ReturnType<typeof setInterval> {
  const begun = performance.now();
  let slot = 0;
  let last = begun;
  return setInterval(() => {
    const now = performance.now();
    const elapsed = now - begun;
    tally.lagMs.push(Math.max(0, now - last - SLOT_MS));
    last = now;
    while (slot < Math.floor(elapsed / SLOT_MS)) serve(slot++);
  }, SLOT_MS);
}

function serve(slot: number): void {
  each(slot, CHECK_IN_SLOTS, (agent) => agent.checkIn());
  each(slot, SAMPLE_SLOTS, (agent) => agent.sample());
  each(slot, PING_SLOTS, (agent) => agent.ping());
}

/** The agents whose turn it is: every `period`-th, beginning with this slot's. */
function each(slot: number, period: number, act: (agent: SimulatedAgent) => void): void {
  for (let at = slot % period; at < agents.length; at += period) {
    const agent = agents[at];
    if (agent) act(agent);
  }
}

/** The stop comes a moment after the answer, when nothing is under way any more. */
function freeze(): LastWord[] {
  clearInterval(timer);
  setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 100);
  return agents.map(({ identity: { deviceId }, heardAtMs, telemetryAtMs }) => {
    return { deviceId, heardAtMs, telemetryAtMs };
  });
}

async function flush(withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (const agent of agents) agent.checkIn();
  while (agents.some((agent) => agent.hasWaiting) && performance.now() < deadline) {
    await Bun.sleep(500);
    for (const agent of agents) if (agent.hasWaiting) agent.checkIn();
  }
  clearInterval(timer);
}

process.on('message', ({ order, ask }: Order) => {
  const send = (result: Omit<Answer, 'order'>) => process.send?.({ order, ...result });
  answer(ask).then(
    (result) => send({ result }),
    (error: unknown) => send({ error: error instanceof Error ? error.message : String(error) }),
  );
});
// Without the benchmark there is nobody to stop it.
process.on('disconnect', () => process.exit(0));
