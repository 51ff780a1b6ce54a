import { join } from 'node:path';
import { openApiText } from './openapi.ts';
import type { RawRoute } from './raw-route.ts';
import { contentSecurityPolicy } from './security-headers.ts';

const FOLDER = join(import.meta.dir, '..', '..', '..', 'assets', 'api-docs');
const ACCESS = {
  open: 'public',
  reason: 'The description of the API; it holds nothing of this installation.',
} as const;

/** The API's description, and a page to read it that needs nothing from the network. */
export function createApiDocRoutes(): RawRoute[] {
  let text: Promise<string> | undefined;
  const document = (): Promise<string> => {
    text ??= openApiText();
    return text;
  };
  const file = (path: string, name: string): RawRoute => ({
    method: 'GET',
    path,
    access: ACCESS,
    handle: () =>
      new Response(Bun.file(join(FOLDER, name)), {
        headers: { 'cache-control': 'no-cache', 'content-security-policy': contentSecurityPolicy() },
      }),
  });
  return [
    {
      method: 'GET',
      path: '/api/v1/openapi.json',
      access: ACCESS,
      handle: async () =>
        new Response(await document(), {
          headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
        }),
    },
    file('/api/docs', 'index.html'),
    file('/api/docs/page.js', 'page.js'),
    file('/api/docs/page.css', 'page.css'),
  ];
}
