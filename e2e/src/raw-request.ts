import { connect } from 'node:net';

const WITHIN_MS = 60_000;

/**
 * Sends a request as it is written, because every client tidies paths up first, and returns what came back. After an
 * upgrade that is the head alone.
 */
export function rawRequest(
  port: number,
  head: readonly string[],
  body = '',
): Promise<{ status: number; text: string }> {
  const upgrades = head.some((line) => /^upgrade:/i.test(line));
  const lines = [
    ...head,
    ...(upgrades ? [] : ['Connection: close']),
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    const done = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    socket.setTimeout(WITHIN_MS, () => socket.destroy(new Error(`no answer to ${head[0]}`)));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (upgrades && text.includes('\r\n\r\n')) done();
    });
    socket.on('end', done);
    socket.on('error', reject);
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  });
}
