import { version } from '../../package.json';

/** EN-12: the agent's version, as it tells the server. */
export const AGENT_VERSION: string = version;
