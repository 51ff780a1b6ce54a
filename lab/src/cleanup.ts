import { cleanup } from './process/leases.ts';

/** Removes what crashed test runs left on this machine: `bun lab/src/cleanup.ts`. */
const removed = cleanup();
process.stdout.write(removed.length === 0 ? 'nothing was left over\n' : `removed ${removed.join(', ')}\n`);
