/**
 * Where the connection is. `waiting`: a timer runs until the next attempt. `dialling`: TCP and TLS are under way.
 * `proving`: the socket is open, the server's challenge is being answered. `ready`: welcomed; frames go both ways.
 * `refused`: the server said not to come back by ourselves. `ended`: nobody wants a connection.
 */
export type ConnectionState =
  | { readonly is: 'waiting' }
  | { readonly is: 'dialling' }
  | { readonly is: 'proving' }
  | {
      readonly is: 'ready';
      readonly sinceMs: number;
      /** When the server was last heard, and when it was pinged with no answer checked yet (monotonic). */
      heardAtMs: number;
      pingedAtMs: number | undefined;
    }
  | { readonly is: 'refused' }
  | { readonly is: 'ended' };

/** What can happen to it. `dial` numbers the socket that an event belongs to. */
export type ConnectionEvent =
  | { readonly is: 'wanted' }
  | { readonly is: 'opened'; readonly dial: number }
  | { readonly is: 'heard'; readonly dial: number }
  | { readonly is: 'received'; readonly dial: number; readonly bytes: Uint8Array }
  | { readonly is: 'signed'; readonly dial: number; readonly frame: Uint8Array<ArrayBuffer> }
  | { readonly is: 'lost'; readonly dial: number; readonly why: string }
  | { readonly is: 'timer' }
  | { readonly is: 'ended' };
