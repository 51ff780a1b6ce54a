import { readStatements } from '../commands/statements.ts';
import type { Log } from '../log/log.ts';
import type { KeyStatement, SignedStatement } from '../wire/messages.gen.ts';
import { type Identity, type IdentityStore, storedStatement } from './identity.ts';

/** More than any server has keys in use; beyond it the oldest are dropped. */
const MAX_STATEMENTS = 32;

/** A statement as it lies on disk, and what it says. */
type Kept = { readonly stored: Identity['statements'][number]; readonly says: KeyStatement };

/** The key statements that this agent believes, kept as they come in with every welcome. */
export class Trust {
  readonly #identity: IdentityStore;
  readonly #log: Log;
  #kept: readonly Kept[];

  private constructor(identity: IdentityStore, log: Log, kept: readonly Kept[]) {
    this.#identity = identity;
    this.#log = log;
    this.#kept = kept;
  }

  static async read(identity: IdentityStore, log: Log): Promise<Trust> {
    const { statements } = identity.current;
    const says = await readStatements(identity.current);
    const kept = says.flatMap((one, index) => {
      const stored = statements[index];
      return stored ? [{ stored, says: one }] : [];
    });
    return new Trust(identity, log, inUse(kept));
  }

  get statements(): readonly KeyStatement[] {
    return this.#kept.map(({ says }) => says);
  }

  /** Addresses to dial: the newest signed list, else what enrolment said. */
  get gateways(): readonly string[] {
    const signed = this.#kept.find(({ says }) => says.purpose === 'gateways')?.says.gateways ?? [];
    return signed.length > 0 ? signed : this.#identity.current.gateways;
  }

  /**
   * Takes in statements of the server; one that the root key did not sign is dropped and logged. One that is older than
   * what is known already is dropped, too: whoever shows all that was ever signed pushes no key in use out of memory.
   */
  async learn(incoming: readonly SignedStatement[]): Promise<void> {
    const { installationId, rootPublicKey } = this.#identity.current;
    for (const stored of incoming.map(storedStatement)) {
      if (this.#kept.some((one) => one.stored.body === stored.body)) continue;
      try {
        const [says] = await readStatements({ installationId, rootPublicKey, statements: [stored] });
        if (says) this.#keep({ stored, says });
      } catch (error) {
        this.#log.warn((error as Error).message);
      }
    }
  }

  #keep(fresh: Kept): void {
    const kept = inUse([...this.#kept, fresh]);
    if (!kept.includes(fresh)) return;
    this.#kept = kept;
    this.#identity.update({ statements: kept.map(({ stored }) => stored) });
  }
}

/** Of each purpose the statements of the newest epoch, and of lists of gateways the newest alone. */
function inUse(all: readonly Kept[]): Kept[] {
  const newestEpoch = (purpose: string) =>
    Math.max(...all.filter(({ says }) => says.purpose === purpose).map(({ says }) => says.epoch));
  const current = all.filter(({ says }) => says.epoch === newestEpoch(says.purpose));
  const lists = current.filter(({ says }) => says.purpose === 'gateways');
  const newestList = Math.max(...lists.map(({ says }) => says.issuedAtMs));
  return current
    .filter(({ says }) => says.purpose !== 'gateways' || says.issuedAtMs === newestList)
    .slice(-MAX_STATEMENTS);
}
