import { expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import golden from './golden.json';
import { AgentFrameSchema, ServerFrameSchema } from './index.ts';

// These bytes are on the wire between releases a year apart. A change here that is no addition is a broken fleet.
const SCHEMAS: Readonly<Record<string, DescMessage>> = {
  AgentFrame: AgentFrameSchema,
  ServerFrame: ServerFrameSchema,
};
const ROOT = join(import.meta.dir, '..', '..');
const BUF = join(ROOT, '..', '..', 'node_modules', '.bin', 'buf');

const schemaOf = (type: string): DescMessage => {
  const schema = SCHEMAS[type];
  if (schema === undefined) throw new Error(`no frame is called ${type}`);
  return schema;
};

test.each(golden.map((frame) => [`${frame.type}.${Object.keys(frame.json)[0]}`, frame] as const))(
  'the bytes of %s are those of the first release, both ways',
  (_name, { type, json, hex }) => {
    const schema = schemaOf(type);

    const encoded = Buffer.from(toBinary(schema, fromJson(schema, json as JsonObject))).toString('hex');
    const decoded = toJson(schema, fromBinary(schema, new Uint8Array(Buffer.from(hex, 'hex'))));

    expect(encoded).toBe(hex);
    expect(decoded).toEqual(json as JsonObject);
  },
);

test('every kind of frame has its golden bytes', () => {
  for (const [type, schema] of Object.entries(SCHEMAS)) {
    const kinds = schema.oneofs.flatMap((oneof) => oneof.fields.map((field) => field.jsonName));
    const covered = golden.filter((frame) => frame.type === type).map((frame) => Object.keys(frame.json)[0]);
    expect(covered.sort()).toEqual(kinds.sort());
  }
});

test('a protobuf implementation that is not ours reads the same from the bytes', async () => {
  const hardest = golden.filter(({ json }) => 'checkIn' in json || 'welcome' in json || 'facts' in json);
  expect(hardest).toHaveLength(3);
  for (const { type, json, hex } of hardest) {
    const buf = Bun.spawn(
      [
        BUF,
        'convert',
        'proto',
        '--type',
        `muster.agent.v1.${type}`,
        '--from',
        '-#format=bin',
        '--to',
        '-#format=json',
      ],
      { cwd: ROOT, stdin: new Blob([Buffer.from(hex, 'hex')]), stdout: 'pipe' },
    );
    expect(await new Response(buf.stdout).json()).toEqual(json);
  }
});
