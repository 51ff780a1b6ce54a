// A simulated agent as a process of its own, so that a test can stop it in the middle of everything: reads who it is from
// standard input, connects, prints "welcome", and then only lives.
import { createPrivateKey, sign } from 'node:crypto';
import { type AgentIdentity, connectAgent } from './agent-client.ts';

type Given = { address: string; identity: Omit<AgentIdentity, 'key'> & { key: { pem: string } } };

const { address, identity } = (await Bun.stdin.json()) as Given;
const privateKey = createPrivateKey(identity.key.pem);
const agent = await connectAgent(address, {
  ...identity,
  key: {
    privateKey,
    pem: identity.key.pem,
    spki: new Uint8Array(),
    sign: (bytes) => new Uint8Array(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  },
});
await agent.hello();
await agent.next('welcome');
console.log('welcome');
await agent.closed;
