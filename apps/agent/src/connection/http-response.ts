/** A head longer than this is no answer of a gateway (bytes). */
const MAX_HEAD_BYTES = 16 * 1024;
/** Twice a frame: more than any answer has (bytes). */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

export type HttpResponse = {
  readonly status: number;
  /** By lower-case name; of a repeated one the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
};

type Head = Omit<HttpResponse, 'body'>;

/**
 * Reads one HTTP/1.1 response from the bytes of a connection that carries nothing else (RFC 9112). A body has a length,
 * comes in chunks, or ends with the connection. What is malformed or larger than any gateway answers throws.
 */
export class HttpResponseReader {
  #buffer = Buffer.alloc(0);
  #head: Head | undefined;
  readonly #chunks: Buffer[] = [];
  #bodyBytes = 0;

  /** Takes in bytes; returns the response once it is whole. */
  add(bytes: Uint8Array): HttpResponse | undefined {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    this.#head ??= this.#readHead();
    if (!this.#head) return undefined;
    if (isChunked(this.#head)) return this.#readChunks(this.#head);
    const length = lengthOf(this.#head);
    if (length === undefined) {
      if (this.#buffer.length > MAX_BODY_BYTES) throw tooLarge();
      return undefined;
    }
    return this.#buffer.length < length ? undefined : whole(this.#head, this.#buffer.subarray(0, length));
  }

  /** The connection ended: a body without length or chunks is whole with it. */
  end(): HttpResponse {
    const isOpenEnded = this.#head && !isChunked(this.#head) && lengthOf(this.#head) === undefined;
    if (!this.#head || !isOpenEnded) throw new Error('the server ended the connection within its answer');
    return whole(this.#head, this.#buffer);
  }

  #readHead(): Head | undefined {
    const end = this.#buffer.indexOf(HEAD_END);
    if (end < 0 || end > MAX_HEAD_BYTES) {
      if (this.#buffer.length > MAX_HEAD_BYTES) throw new Error('the head of the answer is too large');
      return undefined;
    }
    const [first = '', ...lines] = this.#buffer.toString('latin1', 0, end).split('\r\n');
    this.#buffer = this.#buffer.subarray(end + HEAD_END.length);
    const status = Number(/^HTTP\/1\.[01] (\d{3})( |$)/.exec(first)?.[1]);
    if (!(status >= 200)) throw new Error('the answer is not HTTP');
    return { status, headers: new Map(lines.map(readField)) };
  }

  #readChunks(head: Head): HttpResponse | undefined {
    for (;;) {
      const lineEnd = this.#buffer.indexOf(LINE_END);
      if (lineEnd < 0) {
        if (this.#buffer.length > MAX_HEAD_BYTES) throw new Error('a chunk of the answer has no length');
        return undefined;
      }
      const line = this.#buffer.toString('latin1', 0, lineEnd);
      const size = /^([0-9a-f]{1,8})\s*(;|$)/i.exec(line)?.[1];
      if (size === undefined) throw new Error('a chunk of the answer has no length');
      const length = Number.parseInt(size, 16);
      if (length === 0) return whole(head, Buffer.concat(this.#chunks)); // trailers are of no use here
      if (this.#bodyBytes + length > MAX_BODY_BYTES) throw tooLarge();
      const start = lineEnd + LINE_END.length;
      if (this.#buffer.length < start + length + LINE_END.length) return undefined;
      this.#chunks.push(this.#buffer.subarray(start, start + length));
      this.#bodyBytes += length;
      this.#buffer = this.#buffer.subarray(start + length + LINE_END.length);
    }
  }
}

function readField(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon <= 0) throw new Error('a field of the answer has no name');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function isChunked({ headers }: Head): boolean {
  return headers.get('transfer-encoding')?.toLowerCase() === 'chunked';
}

function lengthOf({ status, headers }: Head): number | undefined {
  if (status === 204 || status === 304) return 0;
  const text = headers.get('content-length');
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new Error('the answer has no length that is one');
  const length = Number(text);
  if (length > MAX_BODY_BYTES) throw tooLarge();
  return length;
}

const tooLarge = () => new Error(`the answer is larger than ${MAX_BODY_BYTES} bytes`);

function whole(head: Head, body: Uint8Array): HttpResponse {
  return { ...head, body: new Uint8Array(body) };
}
