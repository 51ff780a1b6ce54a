/** What the registry of devices says of the machine itself. */
export type PlatformExpert = { readonly serialNumber: string; readonly machineId: string };

/** Reads the output of `ioreg -rd1 -c IOPlatformExpertDevice`. */
export function parsePlatformExpert(text: string): PlatformExpert {
  const value = (key: string) => new RegExp(`"${key}" = "([^"]*)"`).exec(text)?.[1] ?? '';
  return { serialNumber: value('IOPlatformSerialNumber'), machineId: value('IOPlatformUUID') };
}
