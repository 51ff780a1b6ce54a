import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { MusterError } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Database } from '../db/index.ts';
import type { Person } from './request-context.ts';

/** A POST that may have been sent before. */
export type KeyedRequest = {
  readonly key: string;
  readonly actor: Person;
  readonly url: URL;
  readonly body: Uint8Array;
};

/** Remembers the answers of POST requests that carry an Idempotency-Key, for 24 hours. */
export interface Idempotency {
  /** The answer given before, or what `work` answers now. */
  once(request: KeyedRequest, work: () => Promise<Response>): Promise<Response>;
  /** Forgets what is older than 24 hours. */
  prune(): Promise<void>;
}

type Answer = { readonly status: number; readonly headers: [string, string][]; readonly body: string };

/** A request that began this long ago and left no answer died with its server: it may be sent again. */
const ABANDONED_AFTER_SECONDS = 60;
const SALT_BYTES = 12;
const TAG_BYTES = 16;
const KEPT_HEADERS = ['content-type', 'etag', 'location'];

/**
 * Answers can hold secrets that are shown once, so each is sealed under its own Idempotency-Key, of which the database
 * has only a hash.
 */
export function createIdempotency(database: Database): Idempotency {
  return {
    once: async (request, work) => {
      const keyHash = sha256(request.actor.userId, '\0', request.key);
      const before = await claim(database, keyHash, requestHash(request));
      if (before) return replay(before, request);
      let answer: Answer | undefined;
      try {
        const response = await work();
        answer = await toAnswer(response);
        return new Response(answer.body === '' ? null : answer.body, {
          status: answer.status,
          headers: response.headers,
        });
      } finally {
        await settle(database, keyHash, request, answer);
      }
    },
    prune: () =>
      database.installation(async (tx) => {
        await tx.execute(sql`delete from idempotency_keys where created_at < now() - interval '24 hours'`);
      }),
  };
}

/** Undefined when the request is ours to do; the sealed answer when it was done before. */
async function claim(database: Database, keyHash: Buffer, wanted: Buffer): Promise<Buffer | undefined> {
  return database.installation(async (tx) => {
    const claimed = await tx.execute(sql`
      insert into idempotency_keys as kept (key_hash, request_hash) values (${keyHash}, ${wanted})
      on conflict (key_hash) do update set request_hash = excluded.request_hash, answer = null, created_at = now()
        where kept.created_at < now() - interval '24 hours' or (kept.answer is null and kept.request_hash = excluded.request_hash
          and kept.created_at < now() - make_interval(secs => ${ABANDONED_AFTER_SECONDS}))
      returning 1`);
    if (claimed.rowCount) return undefined;
    const { rows } = await tx.execute<{ request_hash: Buffer; answer: Buffer | null }>(
      sql`select request_hash, answer from idempotency_keys where key_hash = ${keyHash}`,
    );
    const row = rows[0];
    if (row && !row.request_hash.equals(wanted)) {
      throw new MusterError(
        'conflict',
        'This Idempotency-Key was used for a different request; choose a new one.',
      );
    }
    if (!row?.answer) {
      throw new MusterError(
        'conflict',
        'The first request with this Idempotency-Key is still running; ask again shortly.',
        { retryAfterMs: 1_000 },
      );
    }
    return row.answer;
  });
}

/** Keeps what was decided; a fault of ours, or a request that may pass next time, is forgotten. */
async function settle(
  database: Database,
  keyHash: Buffer,
  request: KeyedRequest,
  given: Answer | undefined,
): Promise<void> {
  const isFinal = given !== undefined && given.status < 500 && given.status !== 429;
  const answer = isFinal ? seal(given, request) : undefined;
  await database.installation(async (tx) => {
    await (answer
      ? tx.execute(sql`update idempotency_keys set answer = ${answer} where key_hash = ${keyHash}`)
      : tx.execute(sql`delete from idempotency_keys where key_hash = ${keyHash}`));
  });
}

async function toAnswer(response: Response): Promise<Answer> {
  const headers = [...response.headers].filter(([name]) => KEPT_HEADERS.includes(name));
  return { status: response.status, headers, body: await response.text() };
}

function replay(sealed: Buffer, request: KeyedRequest): Response {
  const { status, headers, body } = unseal(sealed, request);
  return new Response(body === '' ? null : body, {
    status,
    headers: [...headers, ['idempotency-replayed', 'true']],
  });
}

function requestHash({ url, body }: KeyedRequest): Buffer {
  return sha256('POST ', url.pathname, url.search, '\0', body);
}

function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function sealingKey(request: KeyedRequest): Buffer {
  return Buffer.from(hkdfSync('sha256', request.key, request.actor.userId, 'muster/idempotency/1', 32));
}

function seal(answer: Answer, request: KeyedRequest): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(request), salt);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]);
  return Buffer.concat([salt, cipher.getAuthTag(), sealed]);
}

function unseal(sealed: Buffer, request: KeyedRequest): Answer {
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(request), sealed.subarray(0, SALT_BYTES));
  decipher.setAuthTag(sealed.subarray(SALT_BYTES, SALT_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(SALT_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(text.toString('utf8')) as Answer;
}
