import { create, toBinary } from '@bufbuild/protobuf';
import {
  type CommandBody,
  CommandBodySchema,
  CommandEnvelopeSchema,
  CommandSignatureSchema,
} from '@muster/contracts/wire';
import type { Signer } from '../../../platform/crypto/index.ts';

/** What an envelope says beside who made it. */
export type EnvelopeContents = Omit<CommandBody, '$typeName' | '$unknown' | 'epoch'>;

/** Serializes the command and signs it: the bytes that the ledger keeps and delivery hands over unchanged. */
export async function sealCommand(signer: Signer, contents: EnvelopeContents): Promise<Uint8Array> {
  const body = toBinary(CommandBodySchema, create(CommandBodySchema, { ...contents, epoch: signer.epoch }));
  const { keyId, signature } = await signer.signCommand(body);
  const signatures = [create(CommandSignatureSchema, { keyId, signature })];
  return toBinary(CommandEnvelopeSchema, create(CommandEnvelopeSchema, { body, signatures }));
}
