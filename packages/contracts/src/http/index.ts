import { approvals } from './approvals.ts';
import { audit } from './audit.ts';
import { commands } from './commands.ts';
import { devices } from './devices.ts';
import { tokens } from './enrolment.ts';
import { fields, tags } from './fields.ts';
import { inventory } from './inventory.ts';
import { access, groups } from './people/access.ts';
import { factors, sessions } from './people/factors.ts';
import { auth } from './people/identity.ts';
import { keys, passwords, users } from './people/people.ts';
import { providers, signInProviders } from './people/providers.ts';
import { deviceLogins, nodes, signInTokens } from './people/sign-in-tokens.ts';
import { policies } from './policies.ts';
import { settings } from './settings.ts';
import { system } from './system.ts';
import { telemetry } from './telemetry.ts';
import { organisations, sites } from './tenancy.ts';
import { timeline } from './timeline.ts';
import { views } from './views.ts';

export * from './approvals.ts';
export * from './audit.ts';
export * from './base.ts';
export * from './commands.ts';
export * from './devices.ts';
export * from './enrolment.ts';
export * from './fields.ts';
export * from './inventory.ts';
export * from './people/index.ts';
export * from './policies.ts';
export * from './presence.ts';
export * from './settings.ts';
export * from './shapes.ts';
export * from './system.ts';
export * from './telemetry.ts';
export * from './tenancy.ts';
export * from './timeline.ts';
export * from './views.ts';

/** The HTTP contract under /api/v1. */
export const contract = {
  auth,
  factors,
  sessions,
  signInTokens,
  deviceLogins,
  nodes,
  system,
  settings,
  devices,
  telemetry,
  inventory,
  timeline,
  commands,
  tokens,
  audit,
  approvals,
  access,
  groups,
  policies,
  fields,
  tags,
  views,
  users,
  passwords,
  keys,
  providers,
  signInProviders,
  organisations,
  sites,
};
