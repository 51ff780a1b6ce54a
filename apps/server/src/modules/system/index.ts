export { type Addresses, createAddresses } from './addresses.ts';
export { loadConsoleTls } from './console-tls.ts';
export { createDoors, type Doors } from './doors.ts';
export { createSettingRoutes, createSystemRoutes } from './http.ts';
