import { isIP } from 'node:net';

/** Whether `text` is an address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** What one subscriber has: an IPv4 address, or the whole /64 that an IPv6 address is of. */
export function subscriberOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [front = '', back] = (address.split('%')[0] ?? '').split('::');
  const groups = front.split(':').filter(Boolean);
  const behind = (back ?? '').split(':').filter(Boolean);
  // An IPv4 address at the end stands for two groups.
  const length = groups.length + behind.length + (address.includes('.') ? 1 : 0);
  const full = back === undefined ? groups : [...groups, ...Array<string>(8 - length).fill('0'), ...behind];
  const network = full.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
