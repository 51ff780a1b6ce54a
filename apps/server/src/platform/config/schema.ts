import { resolve } from 'node:path';
import { z } from 'zod';
import { isNetwork } from '../network.ts';

/** How a setting is written on the command line and in the environment, and what it is for. */
export type Setting = {
  readonly flag?: string;
  readonly env: string;
  /** What stands after the flag; a flag without value is a switch that turns the setting off. */
  readonly value?: string;
  readonly describe: string;
  /** The default in words, where the value itself would not say it. */
  readonly defaultText?: string;
  /** May be given several times; comma-separated in the environment. */
  readonly repeatable?: boolean;
};

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a number from 0 to 65535');

const list = z.array(z.string().trim().min(1));
const file = z
  .string()
  .min(1)
  .transform((path) => resolve(path));

/** Every setting of the server. Texts in, checked values out; `.meta` is what flags, environment and reference share. */
export const Settings = z.object({
  data: file.default(resolve('.muster')).meta(
    setting({
      flag: '--data',
      env: 'MUSTER_DATA',
      value: 'DIR',
      describe: 'Folder of everything that lasts: database, keys, agent builds.',
      defaultText: '`.muster` in the current folder',
    }),
  ),
  port: port.default(8080).meta(
    setting({
      flag: '--port',
      env: 'MUSTER_PORT',
      value: 'PORT',
      describe: 'Port of console, API and enrolment. 0 takes a free one.',
    }),
  ),
  gatewayPort: port.default(8443).meta(
    setting({
      flag: '--gateway-port',
      env: 'MUSTER_GATEWAY_PORT',
      value: 'PORT',
      describe: 'Port that agents connect to. 0 takes a free one.',
    }),
  ),
  listen: list.default([]).meta(
    setting({
      flag: '--listen',
      env: 'MUSTER_LISTEN',
      value: 'ADDR',
      describe:
        'A further address for both ports, with TLS, beside loopback: an IP of this machine, `0.0.0.0` or `::` for all. May be repeated.',
      defaultText: 'loopback only',
      repeatable: true,
    }),
  ),
  trustedProxies: z
    .array(z.string().trim().refine(isNetwork, 'must be addresses or networks such as 10.0.0.0/8'))
    .default([])
    .meta(
      setting({
        flag: '--trusted-proxies',
        env: 'MUSTER_TRUSTED_PROXIES',
        value: 'NETWORK',
        describe:
          'Address or network of a reverse proxy, such as `10.0.0.0/8`, whose X-Forwarded-For and X-Forwarded-Proto are believed. May be repeated.',
        defaultText: 'none: such headers are ignored',
        repeatable: true,
      }),
    ),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional()
    .meta(
      setting({
        flag: '--database-url',
        env: 'MUSTER_DATABASE_URL',
        value: 'URL',
        describe:
          'A PostgreSQL 18 or newer of your own. Prefer the variable when the URL has a password: other users of the machine can see flags.',
        defaultText: 'a PostgreSQL inside the data folder',
      }),
    ),
  localAgent: z
    .enum(['true', 'false'])
    .default('true')
    .transform((value) => value === 'true')
    .meta(
      setting({
        flag: '--no-local-agent',
        env: 'MUSTER_LOCAL_AGENT',
        describe: 'Do not run an agent for this very machine.',
      }),
    ),
  adminEmail: z
    .email()
    .optional()
    .meta(
      setting({
        env: 'MUSTER_ADMIN_EMAIL',
        describe: 'Creates the first administrator without set-up; ignored once somebody exists.',
        defaultText: 'none: the set-up link is printed',
      }),
    ),
  adminPassword: z
    .string()
    .min(12, 'must have at least 12 characters')
    .optional()
    .meta(
      setting({
        env: 'MUSTER_ADMIN_PASSWORD',
        describe: 'Password of that administrator.',
        defaultText: 'none',
      }),
    ),
  adminPasswordFile: file.optional().meta(
    setting({
      env: 'MUSTER_ADMIN_PASSWORD_FILE',
      describe: 'File whose first line is that password.',
      defaultText: 'none',
    }),
  ),
  keyFile: file.optional().meta(
    setting({
      env: 'MUSTER_KEY_FILE',
      describe: 'File of the key under which the database keeps its secrets.',
      defaultText: '`keys/sealing.key` in the data folder',
    }),
  ),
  auditRetention: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a number of days')
    .transform(Number)
    .refine((days) => days >= 31, 'must be at least 31 days')
    .default(1_096)
    .meta(
      setting({
        env: 'MUSTER_AUDIT_RETENTION',
        describe: 'Days that rows of the audit log are kept, at least 31; whole months are dropped.',
        defaultText: '1096 (three years)',
      }),
    ),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta(
      setting({
        flag: '--log-level',
        env: 'MUSTER_LOG_LEVEL',
        value: 'LEVEL',
        describe: 'How much is logged: debug, info, warn, error or silent.',
      }),
    ),
  tlsCert: file.optional().meta(
    setting({
      flag: '--tls-cert',
      env: 'MUSTER_TLS_CERT',
      value: 'FILE',
      describe:
        'Certificate chain (PEM) for addresses beyond loopback. Agents then trust what their system trusts.',
      defaultText: 'a certificate of Muster’s own, pinned by the install line',
    }),
  ),
  tlsKey: file.optional().meta(
    setting({
      flag: '--tls-key',
      env: 'MUSTER_TLS_KEY',
      value: 'FILE',
      describe: 'Private key (PEM) of that certificate.',
      defaultText: 'none',
    }),
  ),
});

/** The server's configuration: checked, complete and frozen. */
export type Config = Readonly<z.infer<typeof Settings>>;

/** Names of the settings in the order of the reference. */
export const SETTING_NAMES = Object.keys(Settings.shape) as (keyof typeof Settings.shape)[];

/** How the setting `name` is written. */
export function settingOf(name: keyof typeof Settings.shape): Setting {
  return Settings.shape[name].meta() as Setting;
}

function setting(value: Setting): Setting & Record<string, unknown> {
  return { ...value };
}
