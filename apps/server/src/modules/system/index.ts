export { type Addresses, type ConsoleReach, createAddresses } from './addresses.ts';
export { type ConsoleTls, loadConsoleTls } from './console-tls.ts';
export { createDoors, type Door, type Doors, type DoorsDeps } from './doors.ts';
export { createSystemRoutes } from './http.ts';
export type { SystemDeps } from './system-deps.ts';
