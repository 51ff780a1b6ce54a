/** An IP network; a single address has the full prefix. `bits` is 32 or 128. */
export type Network = { readonly address: bigint; readonly bits: 32 | 128; readonly prefix: number };

/** Reads an IPv4 or IPv6 address, or a network with `/prefix`; bits beyond the prefix are ignored. */
export function readNetwork(text: string): Network | undefined {
  const [host = '', prefixText, more] = text.split('/');
  if (more !== undefined) return undefined;
  const bits = host.includes(':') ? 128 : 32;
  const address = bits === 128 ? readSix(host) : readFour(host);
  if (address === undefined) return undefined;
  if (prefixText === undefined) return { address, bits, prefix: bits };
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText) || Number(prefixText) > bits) return undefined;
  const prefix = Number(prefixText);
  return { address: mask(address, bits, prefix), bits, prefix };
}

/** True where the address (or smaller network) lies in the network; the two families never meet. */
export function isInside(address: Network, network: Network): boolean {
  if (address.bits !== network.bits || address.prefix < network.prefix) return false;
  return mask(address.address, network.bits, network.prefix) === network.address;
}

/** Writes a network as PostgreSQL's `inet` reads it. */
export function printNetwork(network: Network): string {
  const suffix = `/${network.prefix}`;
  const width = network.bits === 32 ? 8n : 16n;
  const count = network.bits === 32 ? 4 : 8;
  const parts = Array.from({ length: count }, (_, index) => {
    const part = (network.address >> (width * BigInt(count - 1 - index))) & ((1n << width) - 1n);
    return part.toString(network.bits === 32 ? 10 : 16);
  });
  return parts.join(network.bits === 32 ? '.' : ':') + suffix;
}

function mask(address: bigint, bits: number, prefix: number): bigint {
  const host = BigInt(bits - prefix);
  return (address >> host) << host;
}

function readFour(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function readSix(text: string): bigint | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail !== null) {
    const four = readFour(tail[2] ?? '');
    if (four === undefined) return undefined;
    return readSix(`${tail[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
