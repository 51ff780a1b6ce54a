export { callSentpulse, type Ended, muster, runProgram } from './clients.ts';
export { ADMIN, freePort, type RunningServer, type ServerOptions, startServer } from './start-server.ts';
export { until } from './until.ts';
