import { keysFor, readStatements } from '../commands/statements.ts';
import type { Log } from '../log/log.ts';
import type { KeyStatement, SignedStatement } from '../wire/messages.gen.ts';
import { type IdentityStore, storedStatement } from './identity.ts';

/** More than any server has keys; older ones are dropped. */
const MAX_STATEMENTS = 32;

/** The key statements that this agent believes, kept as they come in with every welcome. */
export class Trust {
  readonly #identity: IdentityStore;
  readonly #log: Log;
  #statements: KeyStatement[];

  private constructor(identity: IdentityStore, log: Log, statements: KeyStatement[]) {
    this.#identity = identity;
    this.#log = log;
    this.#statements = statements;
  }

  static async read(identity: IdentityStore, log: Log): Promise<Trust> {
    return new Trust(identity, log, await readStatements(identity.current));
  }

  get statements(): readonly KeyStatement[] {
    return this.#statements;
  }

  /** Addresses to dial: the newest signed list, else what enrolment said. */
  get gateways(): readonly string[] {
    const lists = [...keysFor('gateways', this.#statements).values()].sort(
      (a, b) => b.issuedAtMs - a.issuedAtMs,
    );
    const signed = lists[0]?.gateways ?? [];
    return signed.length > 0 ? signed : this.#identity.current.gateways;
  }

  /** Takes in statements of the server; one that the root key did not sign is dropped and logged. */
  async learn(incoming: readonly SignedStatement[]): Promise<void> {
    const { installationId, rootPublicKey, statements } = this.#identity.current;
    const known = new Set(statements.map((statement) => statement.body));
    const fresh = incoming.map(storedStatement).filter((statement) => !known.has(statement.body));
    for (const statement of fresh) {
      try {
        const [read] = await readStatements({ installationId, rootPublicKey, statements: [statement] });
        if (!read) continue;
        this.#statements = [...this.#statements, read].slice(-MAX_STATEMENTS);
        const kept = [...this.#identity.current.statements, statement].slice(-MAX_STATEMENTS);
        this.#identity.update({ statements: kept });
      } catch (error) {
        this.#log.warn((error as Error).message);
      }
    }
  }
}
