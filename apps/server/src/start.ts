import { startServer } from './main.ts';
import { readConfig } from './platform/config/index.ts';

const server = await startServer(readConfig());
console.log(`${server.addresses.consoleUrls()} ${await server.setUpToken()}`);
process.on('SIGINT', () => void server.stop().then(() => process.exit(0)));
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
