import type { Generator } from './generator.ts';
import { protobuf } from './protobuf.ts';

/** Everything that `npm run generate` writes. `npm run check` compares each with what is committed. */
export const generators: readonly Generator[] = [protobuf];
