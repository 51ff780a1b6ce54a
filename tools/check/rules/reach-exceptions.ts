const BROWSER = 'A passkey answers to a browser, which the command line sends people to.';
const PROGRAMS = 'Tokens for programs that speak the API themselves; the command line keeps a session.';
const NODES = 'What a foreign node does, with a key that no person holds.';
const COOKIE = 'The session of the console; the command line keeps its token.';

/** What of the API no command sends, and why. An entry that is reached after all fails the check. */
export const UNREACHED: Readonly<Record<string, string>> = {
  'auth.login.cookie': COOKIE,
  'factors.finish.cookie': COOKIE,
  'factors.passkeyOptions': BROWSER,
  'factors.passkeySignIn': BROWSER,
  'factors.proveOptions': BROWSER,
  'factors.passkeyRegistration': BROWSER,
  'factors.addPasskey': BROWSER,
  'signInTokens.issue': PROGRAMS,
  'signInTokens.refresh': PROGRAMS,
  'nodes.challenge': NODES,
  'nodes.admit': NODES,
  'inventory.push': NODES,
  'devices.update.tags': 'Replaces all tags; `muster tags set` sends those that change with devices.tag.',
  'providers.create.mappings': '`muster providers map` gives each group its role, with providers.update.',
};
