/** On every answer of a console listener. */
const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** A year; only over TLS, and without subdomains: they may be somebody else's. */
const STRICT_TRANSPORT = 'max-age=31536000';

/** Nothing but our own files runs; `nonce` allows the style elements that the page was built with. */
export function contentSecurityPolicy(nonce?: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce ? ` 'nonce-${nonce}'` : ''}`,
    // Attributes on elements, which libraries set for positions and sizes; no selector, no fetch can hide in one.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Adds what every answer carries; a policy that the route chose itself stays. */
export function secureHeaders(response: Response, secure: boolean): Response {
  for (const [name, value] of Object.entries(ALWAYS))
    if (!response.headers.has(name)) response.headers.set(name, value);
  if (!response.headers.has('content-security-policy')) {
    response.headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  }
  if (secure) response.headers.set('strict-transport-security', STRICT_TRANSPORT);
  return response;
}
