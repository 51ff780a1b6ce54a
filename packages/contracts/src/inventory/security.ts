import { z } from 'zod';
import { defineKind } from './define-kind.ts';
import { at, count, text, word } from './shapes.ts';

const state = z.enum(['on', 'off', 'partly', 'unknown']);

/** IV-5. */
export const security = {
  firewall: defineKind({
    title: 'Firewall',
    key: 'the product or profile',
    fields: z.object({ state, detail: text.nullable() }),
  }),
  encryption: defineKind({
    title: 'Disk encryption',
    key: 'the volume',
    fields: z.object({ state, method: word.nullable() }),
  }),
  antivirus: defineKind({
    title: 'Antivirus',
    key: 'the product',
    fields: z.object({
      state,
      version: word.nullable(),
      definitionsAt: at.nullable(),
      definitionsVersion: word.nullable(),
      /** Whether the system holds them for current; not told by every system, nor by agents of before. */
      definitionsCurrent: z.boolean().nullable().optional(),
      realTime: z.boolean().nullable(),
    }),
    volatile: ['definitionsAt', 'definitionsVersion'],
  }),
  elevation: defineKind({
    title: 'Elevation',
    key: 'uac, sudo or polkit',
    fields: z.object({ state, detail: text.nullable() }),
  }),
  confinement: defineKind({
    title: 'Mandatory access control',
    key: 'selinux or apparmor',
    fields: z.object({ state, mode: word.nullable(), profiles: count.nullable() }),
  }),
  boot: defineKind({
    title: 'Secure boot',
    key: 'the word secure-boot',
    fields: z.object({ state }),
  }),
  port: defineKind({
    title: 'Open port',
    key: 'protocol, address and port',
    fields: z.object({
      protocol: z.enum(['tcp', 'udp']),
      address: word,
      port: z.number().int().min(0).max(65_535),
      process: text.nullable(),
    }),
  }),
};

/** IV-6. */
export const network = {
  interface: defineKind({
    title: 'Interface',
    key: 'its name',
    fields: z.object({
      mac: word.nullable(),
      addresses: z.array(word).max(64),
      up: z.boolean().nullable(),
      mtu: count.nullable(),
      speedMbps: count.nullable(),
      kind: word.nullable(),
    }),
  }),
  route: defineKind({
    title: 'Route',
    key: 'destination, gateway and interface',
    fields: z.object({
      destination: word,
      gateway: word.nullable(),
      interface: word.nullable(),
      metric: count.nullable(),
    }),
  }),
  resolver: defineKind({
    title: 'Name server',
    key: 'its address, and the interface where it holds for one',
    fields: z.object({ address: word, interface: word.nullable(), domains: z.array(text).max(32) }),
  }),
};
