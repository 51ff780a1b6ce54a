import { z } from 'zod';
import { demands, open } from './base.ts';
import { Instant } from './shapes.ts';
import { Site } from './tenancy.ts';

/** Machines that there is an agent for. */
export const AgentPlatform = z.enum([
  'linux-amd64',
  'linux-arm64',
  'windows-amd64',
  'darwin-amd64',
  'darwin-arm64',
]);
export type AgentPlatform = z.infer<typeof AgentPlatform>;

export const system = {
  status: demands('system:read')
    .route({ method: 'GET', path: '/system/status', summary: 'State and addresses of this server' })
    .output(
      z.object({
        version: z.string(),
        installationId: z.string(),
        startedAt: Instant,
        consoleAddresses: z.array(z.string()),
        gatewayAddresses: z.array(z.string()),
        tls: z.enum(['none', 'own', 'given']),
        warnings: z.array(z.object({ code: z.string(), message: z.string() })),
        /** Targets whose agent build is ready or can be made here. */
        agentBuilds: z.array(
          z.object({
            platform: z.string(),
            state: z.enum(['ready', 'building', 'absent', 'failed']),
            version: z.string().nullable(),
            detail: z.string().nullable(),
          }),
        ),
      }),
    ),
  listen: demands('system:manage')
    .route({
      method: 'POST',
      path: '/system/listen',
      summary: 'Listen on a further address without a restart',
      description: 'Turns on TLS for that address.',
    })
    .input(z.object({ address: z.string().max(255) }))
    .output(z.object({ consoleAddresses: z.array(z.string()), gatewayAddresses: z.array(z.string()) })),
  publishGateways: demands('system:manage')
    .route({
      method: 'POST',
      path: '/system/gateways',
      summary: 'Tell agents where to dial from now on',
      description:
        'Signed by the root key, which is read from its file or given here and not kept. Connected agents take the list at once, the others with their next connection, and keep it, so that a server can move: publish the old and the new address, move, publish the new one.',
    })
    .input(
      z.object({
        addresses: z
          .array(z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253}):\d{1,5}$/, 'must be host:port'))
          .min(1)
          .max(8),
        rootKey: z.string().max(200).optional(),
      }),
    )
    .output(z.object({ addresses: z.array(z.string()), issuedAt: Instant })),
  prepareAgentBuild: demands('tokens:manage')
    .route({
      method: 'POST',
      path: '/system/agent-builds/{platform}',
      summary: 'Make the agent build of a platform',
      successStatus: 202,
    })
    .input(z.object({ platform: AgentPlatform }))
    .output(z.object({ platform: z.string(), state: z.enum(['ready', 'building', 'absent', 'failed']) })),
  sites: demands('organisations:read')
    .route({ method: 'GET', path: '/sites', summary: 'List sites' })
    .output(z.object({ items: z.array(Site) })),
  liveTicket: open(
    'authenticated',
    'The live socket authorises each view by itself; the ticket only carries who asks.',
  )
    .route({
      method: 'POST',
      path: '/live/ticket',
      summary: 'Get a single-use ticket for the live socket',
      successStatus: 201,
    })
    .output(z.object({ ticket: z.string(), expiresAt: Instant })),
};

/**
 * Set-up lives outside the main contract: its routes exist only until the first administrator does.
 * POST /api/v1/setup {token, email, name, password} → {token, expiresAt, user, rootKey}; afterwards 404 like any unknown path.
 */
export const SetupInput = z.object({
  token: z.string().min(1).max(200),
  email: z.email().max(254),
  name: z.string().min(1).max(200),
  password: z.string().min(12, 'must have at least 12 characters').max(1_000),
});
