import type { Executor } from './executor.ts';

/** As many as the catalogue lets an answer hold: they fit into one frame. */
const MOST = 3_000;

/** IV-6: who this machine talks to, and who may talk to it, at this moment. */
export const networkConnections: Executor<'network.connections'> = {
  async run(_, { system }) {
    return { takenAt: new Date().toISOString(), ...(await system.connections(MOST)) };
  },
};
