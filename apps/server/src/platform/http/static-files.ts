import { randomBytes } from 'node:crypto';
import { join, normalize } from 'node:path';
import { contentSecurityPolicy } from './security-headers.ts';

/** Serves the console's bundle; undefined when the path is none of its files and no page either. */
export type StaticFiles = (request: Request, pathname: string) => Promise<Response | undefined>;

/** Stands in index.html where the nonce of the answer's Content-Security-Policy belongs. */
const NONCE_PLACEHOLDER = '__MUSTER_CSP_NONCE__';
/** Vite puts a hash of the contents into the names of these. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+(\.map)?$/;
const COMPRESSIBLE = /^(text\/|application\/(json|javascript|manifest\+json)|image\/svg)/;
const MIN_COMPRESSED_BYTES = 1_024;

/** Files of `folder`; paths without a dot in their last part are pages, which the bundle's router knows. */
export function createStaticFiles(folder: string): StaticFiles {
  const compressed = new Map<
    string,
    { readonly modified: number; readonly bytes: Uint8Array<ArrayBuffer> }
  >();
  return async (request, pathname) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    const isPage = !pathname.slice(pathname.lastIndexOf('/')).includes('.');
    if (isPage || pathname === '/index.html') return page(folder);
    const path = insideOf(folder, pathname);
    if (!path) return undefined;
    const file = Bun.file(path);
    if (!(await file.exists())) return undefined;
    const headers = new Headers({
      'content-type': file.type,
      'cache-control': HASHED.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: `"${file.lastModified.toString(36)}-${file.size.toString(36)}"`,
      vary: 'accept-encoding',
    });
    if (request.headers.get('if-none-match') === headers.get('etag'))
      return new Response(null, { status: 304, headers });
    if (!mayCompress(request, file)) return new Response(file, { headers });
    let kept = compressed.get(path);
    if (kept?.modified !== file.lastModified) {
      kept = { modified: file.lastModified, bytes: Bun.gzipSync(await file.bytes()) };
      compressed.set(path, kept);
    }
    headers.set('content-encoding', 'gzip');
    return new Response(kept.bytes, { headers });
  };
}

async function page(folder: string): Promise<Response> {
  const file = Bun.file(join(folder, 'index.html'));
  if (!(await file.exists())) {
    return new Response('The console has not been built. `npm start` builds it.\n', {
      status: 503,
      headers: { 'content-type': 'text/plain' },
    });
  }
  const nonce = randomBytes(16).toString('base64');
  return new Response((await file.text()).replaceAll(NONCE_PLACEHOLDER, nonce), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurityPolicy(nonce),
    },
  });
}

function mayCompress(request: Request, file: Blob): boolean {
  return (
    file.size >= MIN_COMPRESSED_BYTES &&
    COMPRESSIBLE.test(file.type) &&
    /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  );
}

function insideOf(folder: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0')) return undefined;
  const path = normalize(join(folder, decoded));
  return path.startsWith(`${normalize(folder)}/`) ? path : undefined;
}
