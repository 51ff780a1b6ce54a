import { z } from 'zod';
import { PERMISSIONS, type Permission } from '../permissions/index.ts';

/** How a form asks for a setting. `json` is for lists with a page of their own. */
export const SettingKind = z.enum(['text', 'number', 'switch', 'roles', 'json']);
export type SettingKind = z.infer<typeof SettingKind>;

/** A permission whose use needs a second person, from more than so many devices on. */
export type ApprovalPolicy = { permission: Permission; moreThanDevices: number };

type Declared<T> = {
  /** Headline under which the settings page shows it. */
  readonly group: string;
  readonly title: string;
  readonly describe: string;
  readonly kind: SettingKind;
  readonly schema: z.ZodType<T>;
  /** What holds until somebody changes it. */
  readonly byDefault: T;
};

const setting = <T>(declared: Declared<T>): Declared<T> => declared;

/**
 * What an administrator can change while the server runs. Where the server listens and keeps its data is configuration
 * instead: it is needed before there is a database. Whoever adds a setting enforces it in the same change.
 */
export const SETTINGS = {
  'installation.name': setting({
    group: 'Installation',
    title: 'Name',
    describe:
      'What machines that are enrolled from now on call this server, in the description of their service. Empty: the name of the server’s machine.',
    kind: 'text',
    schema: z.string().trim().max(100),
    byDefault: '',
  }),
  'commands.retentionDays': setting({
    group: 'Retention',
    title: 'Commands, days',
    describe:
      'How long a command can be read after it ended, with its payload and result. Its rows leave the disk with the whole of their month, up to a month later. The audit log keeps that it was asked for, by whom and why.',
    kind: 'number',
    schema: z.number().int().min(1).max(3_650),
    byDefault: 365,
  }),
  'approvals.policies': setting<ApprovalPolicy[]>({
    group: 'Approvals',
    title: 'What needs a second person',
    describe:
      'Permissions whose use waits for somebody else to agree: always (moreThanDevices 0), or where a request names more devices than that.',
    kind: 'json',
    schema: z
      .array(
        z.object({
          permission: z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]]),
          moreThanDevices: z.number().int().min(0).max(100_000).default(0),
        }),
      )
      .max(50)
      .refine(
        (list) => list.every(({ permission }) => permission !== 'approvals:decide'),
        'must leave out approvals:decide: deciding needs no decision',
      )
      .refine(
        (list) => list.every(({ permission }) => permission !== 'system:manage'),
        'must leave out system:manage: a setting that waits could not be taken back',
      ),
    byDefault: [],
  }),
  'signIn.requireFactor': setting<string[]>({
    group: 'Sign-in',
    title: 'Roles that need a second factor',
    describe:
      'Whoever has one of these roles anywhere can do nothing but set up a second factor until they have one.',
    kind: 'roles',
    schema: z.array(z.uuid()).max(100),
    byDefault: [],
  }),
  'signIn.stepUpMinutes': setting({
    group: 'Sign-in',
    title: 'Minutes until dangerous things need a fresh proof',
    describe:
      'People, roles, keys and the settings of the server can be changed for so long after a person has proved who they are; then they are asked again. 0: never.',
    kind: 'number',
    schema: z.number().int().min(0).max(1_440),
    byDefault: 30,
  }),
};

export type SettingKey = keyof typeof SETTINGS;
export const SettingKey = z.enum(Object.keys(SETTINGS) as [SettingKey, ...SettingKey[]]);
export type SettingValue<K extends SettingKey> = (typeof SETTINGS)[K]['byDefault'];
