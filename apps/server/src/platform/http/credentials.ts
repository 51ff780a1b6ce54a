import { MusterError } from '@muster/contracts';

/** How a request says who sends it. */
export type Credentials = { readonly token: string; readonly via: 'bearer' | 'cookie' };

/** Over TLS the prefix makes browsers insist on Secure, on this very host and on the whole of it. */
function cookieName(secure: boolean): string {
  return secure ? '__Host-muster_session' : 'muster_session';
}

/** A bearer token wins over the console's cookie; undefined when there is neither. */
export function readCredentials(headers: Headers, secure: boolean): Credentials | undefined {
  const bearer = /^Bearer +([\w.~+/=-]{1,2048})$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (bearer) return { token: bearer, via: 'bearer' };
  const wanted = `${cookieName(secure)}=`;
  const cookie = (headers.get('cookie') ?? '').split(/; */).find((part) => part.startsWith(wanted));
  return cookie ? { token: cookie.slice(wanted.length), via: 'cookie' } : undefined;
}

/** The console's session cookie: no script reads it and no other site sends it. */
export function sessionCookie(token: string, expiresAt: Date, secure: boolean): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Expires=${expiresAt.toUTCString()}`;
  return `${cookieName(secure)}=${token}; ${attributes}${secure ? '; Secure' : ''}`;
}

/** Takes the cookie away. */
export function endedCookie(secure: boolean): string {
  return sessionCookie('', new Date(0), secure);
}

/**
 * A write that a cookie authorises must come from a page of this very origin. One without credentials must not come from
 * a foreign page either: it would sign a person in here as somebody else. Programs send no origin and no cookie.
 */
export function demandSameOrigin(request: Request, credentials: Credentials | undefined): void {
  if (credentials?.via === 'bearer' || /^(GET|HEAD|OPTIONS)$/.test(request.method)) return;
  const origin = request.headers.get('origin');
  if (!credentials && origin === null) return;
  const host = request.headers.get('host');
  const isOurs = origin !== null && host !== null && URL.canParse(origin) && new URL(origin).host === host;
  if (!isOurs)
    throw new MusterError('forbidden', 'This write came from another site and was refused.', { origin });
}
