import { z } from 'zod';
import { defineKind } from './define-kind.ts';
import { bytes, count, text, word } from './shapes.ts';

/** IV-3. */
export const hardware = {
  board: defineKind({
    title: 'Board',
    key: 'the word board',
    fields: z.object({
      manufacturer: text.nullable(),
      model: text.nullable(),
      serial: text.nullable(),
      chassis: word.nullable(),
      systemUuid: word.nullable(),
    }),
  }),
  bios: defineKind({
    title: 'BIOS',
    key: 'the word bios',
    fields: z.object({
      vendor: text.nullable(),
      version: text.nullable(),
      releasedOn: z.iso.date().nullable(),
      uefi: z.boolean().nullable(),
    }),
  }),
  processor: defineKind({
    title: 'Processor',
    key: 'the socket, or its number',
    fields: z.object({
      model: text,
      vendor: text.nullable(),
      cores: count.nullable(),
      threads: count.nullable(),
      maxMhz: count.nullable(),
    }),
  }),
  memory: defineKind({
    title: 'Memory module',
    key: 'the slot; the word total where modules cannot be told apart',
    fields: z.object({
      sizeBytes: bytes,
      type: word.nullable(),
      speedMtps: count.nullable(),
      manufacturer: text.nullable(),
      part: text.nullable(),
      serial: text.nullable(),
    }),
  }),
  disk: defineKind({
    title: 'Disk',
    key: 'the serial number, or the name of the device',
    fields: z.object({
      name: text,
      model: text.nullable(),
      serial: text.nullable(),
      firmware: text.nullable(),
      sizeBytes: bytes,
      bus: word.nullable(),
      rotational: z.boolean().nullable(),
      /** What the disk says of itself by SMART. */
      health: z.enum(['good', 'failing', 'unknown']),
      wearPercent: z.number().min(0).max(1_000).nullable(),
      powerOnHours: count.nullable(),
      reallocatedSectors: count.nullable(),
    }),
    volatile: ['powerOnHours'],
  }),
  volume: defineKind({
    title: 'Volume',
    key: 'where it is mounted, or its drive letter',
    fields: z.object({
      device: text.nullable(),
      fileSystem: word,
      sizeBytes: bytes,
      label: text.nullable(),
      encrypted: z.boolean().nullable(),
    }),
  }),
  graphics: defineKind({
    title: 'Graphics',
    key: 'the address on the bus, or its number',
    fields: z.object({
      model: text,
      vendor: text.nullable(),
      driver: text.nullable(),
      memoryBytes: bytes.nullable(),
    }),
  }),
  monitor: defineKind({
    title: 'Monitor',
    key: 'the serial number, or the connector',
    fields: z.object({
      model: text.nullable(),
      manufacturer: text.nullable(),
      serial: text.nullable(),
      connector: word.nullable(),
    }),
  }),
  battery: defineKind({
    title: 'Battery',
    key: 'the name of the battery',
    fields: z.object({
      model: text.nullable(),
      manufacturer: text.nullable(),
      serial: text.nullable(),
      designCapacityMwh: count.nullable(),
      fullCapacityMwh: count.nullable(),
      healthPercent: z.number().min(0).max(1_000).nullable(),
      cycles: count.nullable(),
    }),
    volatile: ['fullCapacityMwh', 'healthPercent', 'cycles'],
  }),
};
