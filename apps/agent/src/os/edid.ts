/** EDID: bytes 8–9 are the maker in three letters, a descriptor of type 0xfc the name, 0xff the serial number. */
export type MonitorNames = {
  readonly model: string | null;
  readonly manufacturer: string | null;
  readonly serial: string | null;
};

/** The maker, the name and the serial number that a monitor gives itself. */
export function parseEdid(edid: Buffer): MonitorNames {
  const id = edid.readUInt16BE(8);
  const manufacturer = [10, 5, 0].map((shift) => String.fromCharCode(64 + ((id >> shift) & 31))).join('');
  const texts = new Map<number, string>();
  for (const at of [54, 72, 90, 108]) {
    if (edid.readUInt16BE(at) !== 0) continue;
    const text =
      edid
        .subarray(at + 5, at + 18)
        .toString('latin1')
        .split('\n')[0]
        ?.trim() ?? '';
    texts.set(edid[at + 3] ?? 0, text);
  }
  return { manufacturer, model: texts.get(0xfc) ?? null, serial: texts.get(0xff) || null };
}
