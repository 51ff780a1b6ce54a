import { MusterError } from '@muster/contracts';

/** Nothing that this API takes is nested nearly as deeply; what is would exhaust the stack of whoever walks through it. */
const MAX_DEPTH = 64;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENS = new Set([0x7b, 0x5b]);
const CLOSES = new Set([0x7d, 0x5d]);

/** Throws for JSON that is nested too deeply, before anything parses it. Says nothing about what is no JSON. */
export function demandShallow(body: Uint8Array): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number;
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (OPENS.has(byte)) {
      if (++depth > MAX_DEPTH)
        throw new MusterError('invalid_input', `The body is nested more than ${MAX_DEPTH} deep.`);
    } else if (CLOSES.has(byte)) depth--;
  }
}
