import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { file_muster_agent_v1_agent, sentpulse } from '@muster/contracts/wire';

/** Prints apps/agent/src/wire/messages.gen.ts: types and field tables of every message that an agent speaks. */

const KINDS: Partial<Record<ScalarType, string>> = {
  [ScalarType.STRING]: 'string',
  [ScalarType.BYTES]: 'bytes',
  [ScalarType.BOOL]: 'bool',
  [ScalarType.INT32]: 'int32',
  [ScalarType.UINT32]: 'uint32',
  [ScalarType.INT64]: 'int64',
  [ScalarType.UINT64]: 'uint64',
  [ScalarType.SINT64]: 'sint64',
  [ScalarType.FLOAT]: 'float',
};

const TYPES: Record<string, string> = {
  string: 'string',
  bytes: 'Uint8Array<ArrayBuffer>',
  bool: 'boolean',
};

function kindOf(field: DescField): { type: string; kind: string } {
  if (field.message) return { type: field.message.name, kind: `() => ${field.message.name}` };
  if (field.enum) return { type: 'number', kind: `'enum'` };
  const kind = field.scalar === undefined ? undefined : KINDS[field.scalar];
  if (kind === undefined) throw new Error(`${field} has a type that the agent's codec does not know`);
  return { type: TYPES[kind] ?? 'number', kind: `'${kind}'` };
}

function printMessage(message: DescMessage): string {
  const fields = [...message.fields].sort((one, other) => one.number - other.number);
  const members = fields.map((field) => {
    const { type } = kindOf(field);
    if (field.fieldKind === 'list') return `  ${field.localName}: ${type}[];`;
    return `  ${field.localName}: ${field.message ? `${type} | undefined` : type};`;
  });
  const rows = fields.map((field) => {
    const repeated = field.fieldKind === 'list' ? ', repeated: true' : '';
    return `    { number: ${field.number}, name: '${field.localName}', kind: ${kindOf(field).kind}${repeated} },`;
  });
  return [
    `export type ${message.name} = {`,
    ...members,
    '};',
    `export const ${message.name}: MessageType<${message.name}> = {`,
    '  fields: [',
    ...rows,
    '  ],',
    '};',
  ].join('\n');
}

function printEnum(one: DescEnum): string {
  const values = one.values.map((value) => `  ${value.localName}: ${value.number},`);
  return [`export const ${one.name} = {`, ...values, '} as const;'].join('\n');
}

const messages = [
  ...file_muster_agent_v1_agent.messages,
  sentpulse.CheckInRequestSchema,
  sentpulse.CheckInResponseSchema,
  sentpulse.TelemetrySchema,
  sentpulse.CommandSchema,
];
console.log(
  [
    '// Generated from packages/contracts/proto by `npm run generate`. Do not edit.',
    "import type { MessageType } from './codec.ts';",
    '',
    ...file_muster_agent_v1_agent.enums.map(printEnum),
    ...messages.map(printMessage),
  ].join('\n'),
);
