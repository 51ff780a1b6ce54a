/** So many devices are hit without their number being typed. */
const MOST_UNTYPED = 25;

/** What must be typed before something is done to so many devices. */
export function countToType(devices: number): string | undefined {
  return devices > MOST_UNTYPED ? String(devices) : undefined;
}
