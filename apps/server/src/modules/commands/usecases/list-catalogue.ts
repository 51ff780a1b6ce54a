import { COMMANDS } from '@muster/contracts';
import { z } from 'zod';

/** What can be done to a device, each with the JSON schema of its payload. */
export function listCatalogue() {
  return {
    commands: Object.values(COMMANDS).map((entry) => ({
      name: entry.name,
      version: entry.version,
      title: entry.title,
      describe: entry.describe,
      permission: entry.permission,
      level: entry.level,
      risk: entry.risk,
      effect: entry.effect,
      payload: z.toJSONSchema(entry.payload, { io: 'input' }) as Record<string, unknown>,
    })),
  };
}
