import type { Connection } from '@muster/contracts';
import { MAX_RESULT_BYTES } from '@muster/contracts/wire';
import type { Executor } from './executor.ts';

/** As many as the catalogue lets an answer hold. */
const MOST = 3_000;
/** What surrounds the connections in an answer (bytes). */
const ENVELOPE_BYTES = 1_024;

/** IV-6: who this machine talks to, and who may talk to it, at this moment. */
export const networkConnections: Executor<'network.connections'> = {
  async run(_, { system }) {
    const { connections, total } = await system.connections(MOST);
    return { takenAt: new Date().toISOString(), total, connections: fitting(connections) };
  },
};

/** The first of them that the server takes: long addresses and names leave room for fewer. */
function fitting(connections: Connection[]): Connection[] {
  let bytes = ENVELOPE_BYTES;
  const end = connections.findIndex((one) => {
    bytes += Buffer.byteLength(JSON.stringify(one)) + 1;
    return bytes > MAX_RESULT_BYTES;
  });
  return end < 0 ? connections : connections.slice(0, end);
}
