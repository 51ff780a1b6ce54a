import { createBatcher } from '../../../platform/bus/batcher.ts';
import type { Admission, AdmissionPort, DeviceIdentity } from '../../../platform/gateway/ports.ts';
import { isId } from '../../../platform/new-id.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { findIdentities } from './admission-rows.ts';
import { admitHellos, type ProvenHello } from './admit-hellos.ts';
import { rotateKey } from './rotate-key.ts';
import { rotateToken } from './rotate-token.ts';

/** Hellos that arrive within a millisecond, or while others are being decided, share a transaction. */
const BATCH = { maxItems: 200, gatherMs: 1 } as const;

/**
 * Decides who may connect. Identities are read afresh for every challenge, many to a statement, so that a revoked key is
 * refused from the moment its revocation is committed, whichever node committed it.
 */
export function createAdmission(deps: AdmissionDeps): Required<AdmissionPort> {
  const identities = createBatcher<string, DeviceIdentity | undefined>({
    ...BATCH,
    run: async (ids) => {
      const found = await deps.database.system('admission', (tx) => findIdentities(tx, ids));
      return ids.map((id) => found.get(id));
    },
  });
  const hellos = createBatcher<ProvenHello, Admission>({
    ...BATCH,
    run: (items) => admitHellos(deps, items),
  });
  return {
    findIdentity: async (deviceId) => (isId(deviceId) ? identities.add(deviceId) : undefined),
    admit: (identity, body, _via, address) => hellos.add({ identity, body, address }),
    rotateToken: (link) => rotateToken(deps, link),
    rotateKey: (link, publicKey) => rotateKey(deps, link, publicKey),
  };
}
