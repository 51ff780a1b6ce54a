/** Letters and digits that nobody mistakes for others. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP = 4;
const CODES = 10;

/** Ten codes of 79 bits each: enough that a fast hash of one cannot be searched. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, newCode);
}

function newCode(): string {
  const letters = Array.from({ length: GROUPS * GROUP }, () => ALPHABET[randomBelow(ALPHABET.length)]);
  return Array.from({ length: GROUPS }, (_, at) => letters.slice(at * GROUP, (at + 1) * GROUP).join('')).join(
    '-',
  );
}

/** Every value alike: what does not fit a whole number of alphabets into a byte is thrown again. */
function randomBelow(limit: number): number {
  const fair = 256 - (256 % limit);
  for (;;) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < fair) return byte % limit;
  }
}

/** SHA-256 of a code as a person may type it: case, blanks and hyphens do not matter. */
export function hashRecoveryCode(typed: string): Buffer {
  const code = typed.toLowerCase().replace(/[\s-]/g, '');
  return Buffer.from(new Bun.CryptoHasher('sha256').update(`muster/recovery/v1\0${code}`).digest());
}
