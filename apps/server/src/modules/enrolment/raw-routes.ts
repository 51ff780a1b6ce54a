import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { MusterError } from '@muster/contracts';
import {
  ENROL_PATH,
  type EnrolRequest,
  EnrolRequestSchema,
  EnrolResponseSchema,
} from '@muster/contracts/wire';
import { Counter } from 'prom-client';
import type { RawContext, RawRoute } from '../../platform/http/index.ts';
import type { CompiledAgent } from './builds/compile-agent.ts';
import { isAgentPlatform } from './builds/platforms.ts';
import type { EnrolDeps } from './enrolment-deps.ts';
import { renderInstaller } from './installers/render-installer.ts';
import { enrolMachine } from './usecases/enrol-machine.ts';

const PROTO = 'application/proto';
const MAX_REQUEST_BYTES = 64 * 1024;
/** Host and port as a URL has them; it is written into scripts that run as root, so nothing else gets through. */
const HOST = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/;

/** What machines ask for before they have an identity. */
export function createEnrolmentRoutes(deps: EnrolDeps): RawRoute[] {
  const installer = (kind: 'sh' | 'ps1'): RawRoute => ({
    method: 'GET',
    path: `/install.${kind}`,
    access: { open: 'public', reason: 'An installer holds nothing secret; the token comes from the person.' },
    handle: (_request, context) => serveInstaller(deps, kind, context),
  });
  return [
    enrolRoute(deps),
    installer('sh'),
    installer('ps1'),
    {
      method: 'GET',
      path: '/install/agent/:build',
      access: { open: 'public', reason: 'The agent is the same for everybody and holds nothing secret.' },
      handle: (_request, { params }) => serveBuild(deps, params.build ?? ''),
    },
  ];
}

function enrolRoute(deps: EnrolDeps): RawRoute {
  const outcomes = new Counter({
    name: 'muster_enrolments_total',
    help: 'Enrolments by outcome: enrolled, repaired, clone, or the code of the refusal.',
    labelNames: ['outcome'],
    registers: [deps.registry],
  });
  return {
    method: 'POST',
    path: ENROL_PATH,
    access: {
      open: 'public',
      reason: 'The enrolment token, or the key of a copied device, is what authorises.',
    },
    maxBodyBytes: MAX_REQUEST_BYTES,
    async handle(request, context) {
      deps.refusals.demand(context.address);
      try {
        const asked = await readRequest(request);
        const response = await enrolMachine(deps, asked, hostOf(context));
        outcomes.inc({ outcome: asked.reidentify ? 'clone' : response.repaired ? 'repaired' : 'enrolled' });
        return new Response(toBinary(EnrolResponseSchema, response), { headers: { 'content-type': PROTO } });
      } catch (cause) {
        const outcome = cause instanceof MusterError ? String(cause.params.token ?? cause.code) : 'internal';
        outcomes.inc({ outcome });
        if (!isOurFault(cause)) deps.refusals.refused(context.address);
        deps.log.warn({ outcome, address: context.address }, 'an enrolment was refused');
        throw cause;
      }
    },
  };
}

function isOurFault(cause: unknown): boolean {
  return !(cause instanceof MusterError) || cause.code === 'unavailable' || cause.code === 'internal';
}

async function readRequest(request: Request): Promise<EnrolRequest> {
  if (request.headers.get('content-type') !== PROTO) {
    throw new MusterError('invalid_input', `An enrolment request is ${PROTO}.`);
  }
  const bytes = new Uint8Array(await request.arrayBuffer());
  try {
    return fromBinary(EnrolRequestSchema, bytes);
  } catch (cause) {
    throw new MusterError('invalid_input', 'This is not an enrolment request.', {}, cause);
  }
}

async function serveInstaller(deps: EnrolDeps, kind: 'sh' | 'ps1', context: RawContext): Promise<Response> {
  const { reach, builds } = deps;
  const ready = builds.list().flatMap(({ platform }) => {
    const build = builds.find(platform);
    return build === undefined ? [] : [[platform, build.sha256] as const];
  });
  const script = await renderInstaller(kind, {
    reach: reach.consoleAt(hostOf(context), context.secure),
    certificate: reach.consoleCertificate(context.secure),
    hashes: Object.fromEntries(ready),
  });
  return new Response(script, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
}

async function serveBuild(deps: EnrolDeps, name: string): Promise<Response> {
  const wantsHash = name.endsWith('.sha256');
  const build = await takeBuild(deps, wantsHash ? name.slice(0, -'.sha256'.length) : name);
  if (wantsHash) return new Response(`${build.sha256}\n`, { headers: { 'content-type': 'text/plain' } });
  const headers = { 'content-type': 'application/octet-stream', etag: `"${build.sha256}"` };
  return new Response(Bun.file(build.path), { headers });
}

/** A build of another system costs a download and a compilation: people start it, machines wait for it. */
async function takeBuild({ builds }: EnrolDeps, platform: string): Promise<CompiledAgent> {
  if (!isAgentPlatform(platform)) {
    throw new MusterError('not_found', `There is no agent for ${platform.slice(0, 40)}.`);
  }
  const isUnderWay = builds.list().some((one) => one.platform === platform && one.state === 'building');
  const ready = builds.find(platform);
  if (ready !== undefined) return ready;
  if (isUnderWay || builds.isMadeOnDemand(platform)) return builds.ensure(platform);
  throw new MusterError(
    'conflict',
    `This server has no agent for ${platform} yet. Choose that system under "Add device" in the console, then run the line again.`,
    { platform },
  );
}

function hostOf({ host }: RawContext): string {
  if (!HOST.test(host)) throw new MusterError('invalid_input', 'The Host header is not a host.');
  return host;
}
