import { MusterError, type OrgId } from '@muster/contracts';
import { type SQL, SQL as SqlPool } from 'bun';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Scope } from '../actor.ts';
import { listen, type StopListening } from './listen.ts';

/** What queries take: a short transaction that is already open. Nesting is left out on purpose. */
export type Tx = Omit<NodePgDatabase, 'transaction' | '$client'>;

/** The only way to PostgreSQL. Every method is one short transaction; none is held across I/O of another kind. */
export interface Database {
  /** As the application, seeing the rows of the organisations in `scope` and no others. */
  transaction<T>(scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** As the application without any organisation: installation tables only. */
  installation<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** As the part of the server named, seeing all organisations: gateway admission, sequencer, timers. */
  system<T>(part: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The pool that writes bulk tables, as the role muster_ingest. */
  readonly ingest: SQL;
  /** Calls `heard` when a trigger told something on the channel, and whenever something may have been missed. */
  listen(channel: string, heard: () => void): StopListening;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export type DatabaseOptions = {
  readonly url: string;
  readonly onError: (error: Error, part: string) => void;
  /** Connections of the pools for people, agents and bulk writes. */
  readonly connections?: { readonly people: number; readonly agents: number; readonly ingest: number };
};

const DEFAULT_CONNECTIONS = { people: 10, agents: 12, ingest: 6 };
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Nobody holds a transaction across other I/O: one that idles this long is a fault and is cut. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** SQLSTATE classes that say the server is away or going: connection failure, shutdown, starting up. */
const AWAY = /^(08|57P0)/;

/** Opens the pools; nothing connects before the first use. */
export function createDatabase(options: DatabaseOptions): Database {
  const size = options.connections ?? DEFAULT_CONNECTIONS;
  const people = createPool(options, 'muster_app', size.people);
  const agents = createPool(options, 'muster_system', size.agents);
  const ingest = new SqlPool(options.url, {
    max: size.ingest,
    bigint: true,
    connection: { role: 'muster_ingest', application_name: 'muster ingest' },
  });
  return {
    transaction: (scope, work) => inTransaction(people, beginWith(scope.orgIds), work),
    installation: (work) => inTransaction(people, beginWith([]), work),
    system: (part, work) => inTransaction(agents, `begin; ${applicationName(part)}`, work),
    ingest,
    listen: (channel, heard) =>
      listen({ url: options.url, channel, heard, onError: (error) => options.onError(error, 'listener') }),
    ping: async () => {
      await people.query('select 1').catch(rethrow);
    },
    close: async () => {
      await Promise.all([people.end(), agents.end(), ingest.close({ timeout: 5 })]);
    },
  };
}

function createPool(options: DatabaseOptions, role: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: `muster ${role}`,
    options: `-c role=${role}`,
  });
  pool.on('error', (error) => options.onError(error, role));
  pool.on('connect', (client) => client.on('error', (error) => options.onError(error, role)));
  return pool;
}

/** Opening and scoping travel as one message; ids are checked, so that none can leave its quotes. */
function beginWith(orgIds: readonly OrgId[]): string {
  for (const orgId of orgIds) {
    if (!UUID.test(orgId)) throw new MusterError('internal', `Not an organisation id: ${orgId}`);
  }
  return `begin; set local muster.org_ids = '{${orgIds.join(',')}}'`;
}

function applicationName(part: string): string {
  return `set local application_name = 'muster ${part.replace(/[^a-z0-9 ._-]/gi, '')}'`;
}

async function inTransaction<T>(pool: pg.Pool, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(rethrow);
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(drizzle(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    return rethrow(error);
  } finally {
    client.release(broken);
  }
}

/** A database that is away, or has no room, becomes `unavailable`; everything else passes as it is. */
function rethrow(error: unknown): never {
  if (isAway(error)) {
    throw new MusterError('unavailable', 'The database does not answer; try again in a moment.', {}, error);
  }
  if (isFull(error)) {
    throw new MusterError('unavailable', 'The disk of the database is full; make room on it.', {}, error);
  }
  throw error;
}

/** SQLSTATE class 53: disk, memory or connections of the database are used up. */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('53')) return true;
  return isFull(error.cause);
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (AWAY.test(code) || /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/.test(code)) return true;
  if (/connection terminated|timeout exceeded when trying to connect|not queryable/i.test(error.message))
    return true;
  return error.cause instanceof Error && isAway(error.cause);
}
