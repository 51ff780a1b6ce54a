export { installAgent, openToMachines } from './agent-machine.ts';
export { musterAtTerminal } from './at-terminal.ts';
export { callSentpulse, type Ended, muster, runProgram } from './clients.ts';
export { createFleet, openDatabase, postmasterPid } from './fleet.ts';
export { compileAgent, LocalAgent } from './local-agent.ts';
export { rawRequest } from './raw-request.ts';
export { ADMIN, freePort, type RunningServer, type ServerOptions, startServer } from './start-server.ts';
export { type Stubborn, startStubborn } from './stubborn.ts';
export { until } from './until.ts';
