import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  CommandBodySchema,
  CommandEnvelopeSchema,
  KeyStatementSchema,
  type SignedStatement,
  SignedStatementSchema,
  signedBytes,
} from '@muster/contracts/wire';

type Pair = { readonly publicKey: Uint8Array<ArrayBuffer>; readonly privateKey: CryptoKey };

/** The server's root key and command key, for tests: signs statements and envelopes. */
export class Signer {
  private constructor(
    readonly installationId: string,
    readonly root: Pair,
    readonly command: Pair,
  ) {}

  static async create(installationId: string): Promise<Signer> {
    return new Signer(installationId, await createPair(), await createPair());
  }

  /** The root key's word for the command key. */
  statement(
    change: MessageInitShape<typeof KeyStatementSchema> = {},
    root = this.root,
  ): Promise<SignedStatement> {
    const body = toBinary(
      KeyStatementSchema,
      create(KeyStatementSchema, {
        installationId: this.installationId,
        keyId: 'command-1',
        purpose: 'command',
        publicKey: this.command.publicKey,
        epoch: 1,
        issuedAtMs: BigInt(Date.now()),
        ...change,
      }),
    );
    return sign('statement', root, body).then((signature) =>
      create(SignedStatementSchema, { body, signature }),
    );
  }

  /** A signed envelope; what is not given is right for a command that may run now. */
  async envelope(
    body: MessageInitShape<typeof CommandBodySchema> & { payloadJson?: unknown },
    key: Pair = this.command,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { payloadJson = {}, ...rest } = body;
    const bytes = toBinary(
      CommandBodySchema,
      create(CommandBodySchema, {
        installationId: this.installationId,
        epoch: 1,
        commandId: crypto.randomUUID(),
        floor: 1n,
        notBeforeMs: BigInt(Date.now() - 1_000),
        deliverByMs: BigInt(Date.now() + 60_000),
        version: 1,
        payload: new TextEncoder().encode(JSON.stringify(payloadJson)),
        timeoutMs: 60_000,
        ...rest,
      }),
    );
    const signatures = [{ keyId: 'command-1', signature: await sign('command', key, bytes) }];
    return toBinary(CommandEnvelopeSchema, create(CommandEnvelopeSchema, { body: bytes, signatures }));
  }
}

export async function createPair(): Promise<Pair> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
    privateKey: pair.privateKey,
  };
}

async function sign(
  domain: 'statement' | 'command',
  { privateKey }: Pair,
  body: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, signedBytes(domain, body)));
}
