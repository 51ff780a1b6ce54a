import { z } from 'zod';
import { describeIssue } from './describe-issue.ts';

// Whatever a schema refuses, here or in an app, it refuses in these words; a message of the schema's own comes first.
z.config({ customError: describeIssue });

export * from './error-codes.ts';
export { describeIssues, type Issue, invalidInput } from './invalid-input.ts';
export { MusterError } from './muster-error.ts';
