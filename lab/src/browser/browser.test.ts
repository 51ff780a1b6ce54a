import { describe, expect, test } from 'bun:test';
import { skipReason } from '../parts.ts';
import { launchBrowser } from './launch-browser.ts';

const reason = await skipReason('browser');

const PAGE = `<!doctype html><title>Lab</title>
<style>body { background: rgb(255, 255, 255) } @media (prefers-color-scheme: dark) { body { background: rgb(0, 0, 0) } }</style>
<p id="told">waiting</p>
<script>
  fetch('/word').then((answer) => answer.text()).then((word) => {
    document.getElementById('told').textContent = word + ' ' + innerWidth + 'x' + innerHeight + ' ' + navigator.language;
    localStorage.seen = (localStorage.seen || '') + 'x';
    console.error('seen ' + localStorage.seen);
  });
</script>`;

describe.skipIf(reason !== undefined)('a browser of the lab', () => {
  test('renders a page with script and fetch in the size, language and colours asked for, each time with an empty profile', async () => {
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) =>
        new URL(request.url).pathname === '/word'
          ? new Response('told')
          : new Response(PAGE, { headers: { 'content-type': 'text/html' } }),
    });
    const look = async (colorScheme: 'light' | 'dark') => {
      const browser = await launchBrowser({
        colorScheme,
        viewport: { width: 640, height: 480 },
        locale: 'de-DE',
      });
      try {
        const page = await browser.context.newPage();
        await page.goto(server.url.href);
        await page.getByText('told').waitFor({ timeout: 60_000 });
        const text = await page.locator('#told').textContent();
        const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        return { text, background, errors: [...browser.errors].filter((line) => line.startsWith('seen')) };
      } finally {
        await browser.close();
      }
    };

    const light = await look('light');
    const dark = await look('dark');
    await server.stop(true);

    expect(light).toEqual({
      text: 'told 640x480 de-DE',
      background: 'rgb(255, 255, 255)',
      errors: ['seen x'],
    });
    expect(dark).toEqual({ text: 'told 640x480 de-DE', background: 'rgb(0, 0, 0)', errors: ['seen x'] });
  }, 120_000);
});
