import type { KindField, ShownKind } from './kinds.ts';

/** Of the operating system. */
export const SYSTEM_FIELDS: readonly KindField[] = [
  { field: 'name', title: 'Name' },
  { field: 'edition', title: 'Edition' },
  { field: 'version', title: 'Version', as: 'machine' },
  { field: 'build', title: 'Build', as: 'machine' },
  { field: 'kernel', title: 'Kernel', as: 'machine' },
  { field: 'restartNeeded', title: 'Needs a restart', as: 'yes-no' },
  { field: 'installedAt', title: 'Installed', as: 'moment' },
  { field: 'domain', title: 'Domain' },
  { field: 'virtualisation', title: 'Virtual machine' },
  { field: 'container', title: 'Container' },
  { field: 'locale', title: 'Language' },
  { field: 'timezone', title: 'Time zone' },
];

/** Who is signed in, and who could be. */
export const USER_KINDS: readonly ShownKind[] = [
  {
    kind: 'session',
    title: 'Signed in now',
    fields: [
      { field: 'account', title: 'Account' },
      { field: 'terminal', title: 'Terminal', as: 'machine' },
      { field: 'from', title: 'From', as: 'machine' },
      { field: 'since', title: 'Since', as: 'moment' },
    ],
  },
  {
    kind: 'account',
    title: 'Accounts',
    key: 'Account',
    fields: [
      { field: 'fullName', title: 'Name' },
      { field: 'administrator', title: 'Administrator', as: 'yes-no' },
      { field: 'enabled', title: 'Enabled', as: 'yes-no' },
      { field: 'lastSignInAt', title: 'Last signed in', as: 'moment' },
      { field: 'shell', title: 'Shell', as: 'machine' },
      { field: 'id', title: 'Id', as: 'machine' },
    ],
  },
];

/** Updates of Windows. */
export const HOTFIX_KINDS: readonly ShownKind[] = [
  {
    kind: 'hotfix',
    title: 'Installed updates',
    key: 'Number',
    fields: [
      { field: 'title', title: 'Title' },
      { field: 'installedAt', title: 'Installed', as: 'moment' },
      { field: 'installedBy', title: 'By' },
    ],
  },
];

/** What browsers were extended by. */
export const EXTENSION_KINDS: readonly ShownKind[] = [
  {
    kind: 'extension',
    title: 'Extensions',
    fields: [
      { field: 'name', title: 'Name' },
      { field: 'version', title: 'Version', as: 'machine' },
      { field: 'browser', title: 'Browser' },
      { field: 'account', title: 'Account' },
      { field: 'enabled', title: 'Enabled', as: 'yes-no' },
      { field: 'permissions', title: 'May', as: 'machine' },
    ],
  },
];
