export * from './access.ts';
export * from './factors.ts';
export * from './identity.ts';
export * from './people.ts';
export * from './providers.ts';
export * from './sign-in-tokens.ts';
