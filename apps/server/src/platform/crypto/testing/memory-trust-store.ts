import type { StoredTrust, TrustStore } from '../material.ts';

/** Trust in memory: for tests that have no database, and for looking at what would be stored. */
export function createMemoryTrustStore(): TrustStore & { stored: StoredTrust | undefined } {
  const store: TrustStore & { stored: StoredTrust | undefined } = {
    stored: undefined,
    load: async () => store.stored,
    async create(trust) {
      if (store.stored !== undefined) return false;
      store.stored = trust;
      return true;
    },
    async addMaterial(material) {
      if (store.stored === undefined) throw new Error('nothing is stored');
      if (store.stored.materials.some(({ name }) => name === material.name)) return false;
      store.stored = { ...store.stored, materials: [...store.stored.materials, material] };
      return true;
    },
    async addGateways(_issuedAt, statement) {
      if (store.stored === undefined) throw new Error('nothing is stored');
      store.stored = { ...store.stored, gateways: [...store.stored.gateways, statement] };
    },
    async advance({ epoch, generation }) {
      if (store.stored === undefined) throw new Error('nothing is stored');
      const { stored } = store;
      store.stored = {
        ...stored,
        epoch: Math.max(stored.epoch, epoch),
        generation: Math.max(stored.generation, generation),
      };
      return store.stored;
    },
  };
  return store;
}
