import { MusterError } from '@muster/contracts';
import type { Health } from '../health/index.ts';
import { type Authenticate, type RawContext, type RawRoute, readCredentials } from '../http/index.ts';
import type { Metrics } from '../metrics/index.ts';

/** What a load balancer and Prometheus ask for: /health/live, /health and /metrics. */
export function createOperationRoutes(parts: {
  readonly health: Health;
  readonly metrics: Metrics;
  /** For /metrics asked for from another machine. */
  readonly authenticate: Authenticate;
}): RawRoute[] {
  return [
    {
      method: 'GET',
      path: '/health/live',
      access: { open: 'public', reason: 'Says only that the process lives.' },
      handle: () => Response.json({ status: 'live' }, { headers: NOT_KEPT }),
    },
    {
      method: 'GET',
      path: '/health',
      access: { open: 'public', reason: 'Says only which parts are ready, for load balancers.' },
      handle: async () => {
        const { ready, parts: states } = await parts.health.report();
        const body = { status: ready ? 'ready' : 'not ready', parts: states };
        return Response.json(body, { status: ready ? 200 : 503, headers: NOT_KEPT });
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      access: {
        open: 'public',
        reason: 'Checked below: this machine itself, or the permission system:read.',
      },
      handle: async (request, context) => {
        if (!isThisMachine(request, context)) await demandReader(parts.authenticate, request, context);
        const { registry } = parts.metrics;
        return new Response(await registry.metrics(), {
          headers: { ...NOT_KEPT, 'content-type': registry.contentType },
        });
      },
    },
  ];
}

const NOT_KEPT = { 'cache-control': 'no-store' };
const LOOPBACK = /^(127\.|::1$)/;
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** Neither a reverse proxy nor a web page that made its name point here counts as this machine. */
function isThisMachine(request: Request, { address, host }: RawContext): boolean {
  const isForwarded = request.headers.has('x-forwarded-for') || request.headers.has('forwarded');
  return LOOPBACK.test(address) && LOCAL_HOST.test(host) && !isForwarded;
}

async function demandReader(
  authenticate: Authenticate,
  request: Request,
  context: RawContext,
): Promise<void> {
  const credentials = readCredentials(request.headers, context.secure);
  const person = credentials && (await authenticate(credentials, context.address));
  if (!person)
    throw new MusterError('unauthenticated', 'Metrics need a bearer token from beyond this machine.');
  if (!person.permissions.has('system:read')) {
    throw new MusterError('forbidden', 'Metrics need the permission system:read.', {
      permission: 'system:read',
    });
  }
}
