export * from './error-codes.ts';
export { type Issue, invalidInput } from './invalid-input.ts';
export { MusterError } from './muster-error.ts';
