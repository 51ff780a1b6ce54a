export { createLog, type Logger } from './create-log.ts';
export { redact } from './redact.ts';
