import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * Protobuf by table, for an agent that has to stay small: the reflective runtime costs 5 MB of unshared memory in every
 * endpoint, its reader and writer alone cost 0.1 MB (docs/adr/0004). Tables and types are generated from the .proto files;
 * bytes are the same, which a property test against the reflective runtime shows. 64-bit integers are numbers here:
 * all of ours (milliseconds, bytes, sequences) lie below 2^53, and larger ones are refused.
 */
export type Scalar =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'float'
  | 'enum';

export type Field = {
  readonly number: number;
  readonly name: string;
  readonly kind: Scalar | (() => MessageType<unknown>);
  readonly repeated?: true;
};

/** `Type` appears only in the type system: it is what `decode` returns. */
export type MessageType<Type> = { readonly fields: readonly Field[]; readonly decoded?: Type };

/** What may be left out when a message is written: everything. */
export type Draft<Type> = Type extends Uint8Array
  ? Type
  : Type extends (infer Item)[]
    ? readonly Draft<Item>[]
    : Type extends object
      ? { readonly [Key in keyof Type]?: Draft<NonNullable<Type[Key]>> | undefined }
      : Type;

type Bag = Record<string, unknown>;

/** Thrown for bytes that are not a message of the expected type. */
export class WireError extends Error {
  override name = 'WireError';
}

/** Serialises a message; default values are left out, fields go in the order of their numbers. */
export function encode<Type>(type: MessageType<Type>, value: Draft<Type>): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeMessage(writer, type, value as Bag);
  return writer.finish();
}

/** Reads a message. Numbers of fields that this build does not know are added to `unknown`. */
export function decode<Type>(type: MessageType<Type>, bytes: Uint8Array, unknown?: number[]): Type {
  try {
    return readMessage(new BinaryReader(bytes), bytes.length, type, unknown) as Type;
  } catch (cause) {
    throw cause instanceof WireError ? cause : new WireError('not a message of this type', { cause });
  }
}

function writeMessage(writer: BinaryWriter, type: MessageType<unknown>, bag: Bag): void {
  for (const field of type.fields) {
    const value = bag[field.name];
    if (value === undefined) continue;
    if (field.repeated) writeRepeated(writer, field, value as readonly unknown[]);
    else if (typeof field.kind === 'function') writeNested(writer, field.number, field.kind(), value as Bag);
    else if (!isDefault(value)) {
      writer.tag(field.number, wireTypeOf(field.kind));
      writeScalar(writer, field.kind, value);
    }
  }
}

function writeNested(writer: BinaryWriter, number: number, type: MessageType<unknown>, bag: Bag): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  writeMessage(writer, type, bag);
  writer.join();
}

function writeRepeated(writer: BinaryWriter, field: Field, items: readonly unknown[]): void {
  const { kind, number } = field;
  if (items.length === 0) return;
  if (typeof kind === 'function') {
    for (const item of items) writeNested(writer, number, kind(), item as Bag);
  } else if (kind === 'string' || kind === 'bytes') {
    for (const item of items) writeScalar(writer.tag(number, WireType.LengthDelimited), kind, item);
  } else {
    writer.tag(number, WireType.LengthDelimited).fork();
    for (const item of items) writeScalar(writer, kind, item);
    writer.join();
  }
}

function isDefault(value: unknown): boolean {
  return (
    value === 0 || value === '' || value === false || (value instanceof Uint8Array && value.length === 0)
  );
}

function wireTypeOf(kind: Scalar): WireType {
  if (kind === 'string' || kind === 'bytes') return WireType.LengthDelimited;
  return kind === 'float' ? WireType.Bit32 : WireType.Varint;
}

function writeScalar(writer: BinaryWriter, kind: Scalar, value: unknown): void {
  if (kind === 'string') writer.string(value as string);
  else if (kind === 'bytes') writer.bytes(value as Uint8Array);
  else if (kind === 'bool') writer.bool(value as boolean);
  else if (kind === 'enum') writer.int32(value as number);
  else writer[kind](value as number);
}

function readMessage(
  reader: BinaryReader,
  length: number,
  type: MessageType<unknown>,
  unknown?: number[],
): Bag {
  const bag: Bag = {};
  for (const field of type.fields) bag[field.name] = emptyValue(field);
  const end = reader.pos + length;
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = type.fields.find((one) => one.number === number);
    if (field === undefined || !readField(reader, wire, field, bag)) {
      unknown?.push(number);
      reader.skip(wire, number);
    }
  }
  if (reader.pos !== end) throw new WireError('a field reaches beyond its message');
  return bag;
}

function emptyValue({ kind, repeated }: Field): unknown {
  if (repeated) return [];
  if (typeof kind === 'function') return undefined;
  if (kind === 'string') return '';
  if (kind === 'bytes') return new Uint8Array(0);
  return kind === 'bool' ? false : 0;
}

/** False when the wire type is not one that this field can have. */
function readField(reader: BinaryReader, wire: WireType, field: Field, bag: Bag): boolean {
  const { kind, name, repeated } = field;
  if (typeof kind === 'function') {
    if (wire !== WireType.LengthDelimited) return false;
    keep(bag, name, readMessage(reader, reader.uint32(), kind()), repeated);
    return true;
  }
  const expected = wireTypeOf(kind);
  if (wire === expected) {
    keep(bag, name, readScalar(reader, kind), repeated);
    return true;
  }
  if (!repeated || wire !== WireType.LengthDelimited) return false;
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) keep(bag, name, readScalar(reader, kind), repeated);
  return true;
}

function keep(bag: Bag, name: string, value: unknown, repeated: true | undefined): void {
  if (repeated) (bag[name] as unknown[]).push(value);
  else bag[name] = value;
}

function readScalar(reader: BinaryReader, kind: Scalar): unknown {
  if (kind === 'enum') return reader.int32();
  const value = reader[kind]();
  if (kind !== 'int64' && kind !== 'uint64' && kind !== 'sint64') return value;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new WireError('an integer is larger than 2^53');
  return number;
}
