import { describe, expect, test } from 'bun:test';
import { isNetwork } from '../../network.ts';
import { createSeenThrough } from './trusted-proxies.ts';

const PROXY = { address: '10.0.0.2', secure: false };
const seen = createSeenThrough(['10.0.0.0/8', '127.0.0.1', 'fd00::/8']);
const from = (forwarded: string, socket = PROXY) =>
  seen(socket, new Headers({ 'x-forwarded-for': forwarded })).address;

describe('SE-5: where a request came from', () => {
  test('without trusted proxies it is the socket, whatever the headers say', () => {
    const headers = new Headers({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' });

    expect(createSeenThrough([])(PROXY, headers)).toEqual(PROXY);
  });

  test('somebody who is no trusted proxy is not believed', () => {
    const stranger = { address: '198.51.100.7', secure: false };
    const headers = new Headers({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' });

    expect(seen(stranger, headers)).toEqual(stranger);
  });

  test('it is the right-most hop that is no proxy: what a client wrote itself stands further left', () => {
    expect(from('203.0.113.9')).toBe('203.0.113.9');
    expect(from('127.0.0.1, 203.0.113.9')).toBe('203.0.113.9');
    expect(from('8.8.8.8, 127.0.0.1, 203.0.113.9, 10.9.9.9')).toBe('203.0.113.9');
    expect(from('203.0.113.9, fd00::7')).toBe('203.0.113.9');
  });

  test('ports, brackets and mapped addresses are read, and what is no address ends the reading', () => {
    expect(from('203.0.113.9:4711')).toBe('203.0.113.9');
    expect(from('[2001:db8::1]:4711')).toBe('2001:db8::1');
    expect(from('::ffff:203.0.113.9')).toBe('203.0.113.9');
    expect(from('203.0.113.9, unknown')).toBe('10.0.0.2');
    expect(from('203.0.113.9, <script>, 10.1.1.1')).toBe('10.1.1.1');
    expect(from('')).toBe('10.0.0.2');
    expect(from('10.1.1.1, 10.1.1.2')).toBe('10.1.1.1');
  });

  test('TLS is what the trusted proxy says last', () => {
    const secure = (said: string) => seen(PROXY, new Headers({ 'x-forwarded-proto': said })).secure;

    expect(secure('https')).toBe(true);
    expect(secure('https, http')).toBe(false);
    expect(secure('http, HTTPS')).toBe(true);
    expect(seen({ ...PROXY, secure: true }, new Headers()).secure).toBe(true);
  });
});

test('what is no address and no network is not taken for one', () => {
  for (const good of ['10.0.0.1', '10.0.0.0/8', 'fd00::/8', '::1']) expect(isNetwork(good)).toBe(true);
  for (const bad of ['', 'proxy', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', 'fd00::/129', '*'])
    expect(isNetwork(bad)).toBe(false);
});
