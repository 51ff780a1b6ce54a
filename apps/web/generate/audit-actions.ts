import { AUDIT_ACTIONS } from '@muster/contracts/audit';

// Prints src/pages/audit/actions.gen.ts: what the audit log can say was done. The rest of that package stays behind.

console.log(
  [
    '// Generated from packages/contracts by `npm run generate`. Do not edit.',
    `export const AUDIT_ACTIONS = ${JSON.stringify(AUDIT_ACTIONS, null, 2)} as const;`,
  ].join('\n'),
);
