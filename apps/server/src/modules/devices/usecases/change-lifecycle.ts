import { create } from '@bufbuild/protobuf';
import type { Device, DeviceId, Lifecycle } from '@muster/contracts';
import type { AuditAction } from '@muster/contracts/audit';
import { type Rejected, RejectedSchema } from '@muster/contracts/wire';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Database, Tx } from '../../../platform/db/index.ts';
import type { NodePort } from '../../../platform/gateway/ports.ts';
import { type ChangeableDevice, lockDevice, writeLifecycle } from '../db/change-rows.ts';
import { SUSPENDED_RETRY_MS } from '../domain/admission.ts';
import { hasEnded, type LifecycleEvent, mayConnect, nextLifecycle } from '../domain/lifecycle.ts';
import { announceUpdate } from './announce-update.ts';
import { readDevice, throwNoDevice } from './get-device.ts';

export type LifecycleDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly audit: AuditPort;
  readonly node: NodePort;
  readonly cutOff: (deviceNo: number) => void;
  readonly onUpdated: (device: { readonly deviceId: DeviceId; readonly orgId: Device['orgId'] }) => void;
};

export type LifecycleInput = {
  readonly deviceId: DeviceId;
  readonly event: LifecycleEvent;
  readonly reason?: string | undefined;
};

/**
 * Approves, suspends, resumes, revokes, retires or (told by the agent) uninstalls. Whoever may no longer connect loses
 * the socket at once: admission locks the row that was changed here, so nobody slips in between.
 */
export async function changeLifecycle(
  deps: LifecycleDeps,
  actor: Actor,
  input: LifecycleInput,
): Promise<Device> {
  const scope = authorise(actor, input);
  const change = async (tx: Tx) => {
    const device = (await lockDevice(tx, scope, input.deviceId)) ?? throwNoDevice(input.deviceId);
    const to = nextLifecycle(device.lifecycle, input.event);
    await writeLifecycle(tx, device.deviceId, to);
    await announce(deps.events, tx, { device, to, input, actor });
    await deps.audit.append(tx, {
      by: actor,
      orgId: device.orgId,
      action: AUDITED_AS[input.event],
      target: { kind: 'device', id: device.deviceId, name: device.displayName ?? device.hostname },
      before: { lifecycle: device.lifecycle },
      after: { lifecycle: to, ...(input.reason ? { reason: input.reason } : {}) },
    });
    return { ...device, to };
  };
  const changed = await deps.database.transaction(scope, change);
  deps.events.committed();
  deps.onUpdated(changed);
  if (!mayConnect(changed.to)) {
    deps.cutOff(changed.deviceNo);
    deps.node.cut(changed.deviceId, rejection(changed.to), 'cut_off');
  } else if (input.event === 'approve') {
    deps.node.cut(changed.deviceId, approved(), 'network');
  }
  return readDevice(deps, scope, input.deviceId);
}

const AUDITED_AS = {
  approve: 'device.approved',
  suspend: 'device.suspended',
  resume: 'device.resumed',
  revoke: 'device.revoked',
  retire: 'device.retired',
  uninstall: 'device.uninstalled',
} as const satisfies Record<LifecycleEvent, AuditAction>;

/** Only the device itself tells that its agent was removed. */
function authorise(actor: Actor, { event, deviceId }: LifecycleInput): Scope {
  if (event === 'uninstall' && actor.kind === 'device' && actor.deviceId === deviceId) return actor.scope;
  return requirePermission(actor, event === 'approve' ? 'devices:approve' : 'devices:manage');
}

async function announce(
  events: EventPort,
  tx: Tx,
  change: { device: ChangeableDevice; to: Lifecycle; input: LifecycleInput; actor: Actor },
): Promise<void> {
  const { device, to, input } = change;
  const actor = change.actor.kind === 'person' ? change.actor.userId : undefined;
  await announceUpdate(
    events,
    tx,
    { ...device, actor },
    {
      lifecycle: { before: device.lifecycle, after: to },
      ...(input.reason ? { lifecycleReason: { before: null, after: input.reason } } : {}),
    },
  );
  if (!hasEnded(to) || hasEnded(device.lifecycle)) return;
  const reason = input.event === 'uninstall' ? 'uninstalled' : to === 'revoked' ? 'revoked' : 'retired';
  await events.append(tx, {
    type: 'device.decommissioned',
    orgId: device.orgId,
    subjectId: device.deviceId,
    payload: { hostname: device.hostname, reason },
    actor,
  });
}

const APPROVED_RETRY_MS = 100;

/** Its socket was opened by a pending device and would stay that of one: it comes back at once, as an active one. */
function approved(): Rejected {
  return create(RejectedSchema, {
    code: 'busy',
    message: 'This device was approved on the server and connects anew.',
    retryAfterMs: APPROVED_RETRY_MS,
  });
}

function rejection(lifecycle: Lifecycle): Rejected {
  return lifecycle === 'suspended'
    ? create(RejectedSchema, {
        code: 'suspended',
        message: 'This device was suspended on the server.',
        retryAfterMs: SUSPENDED_RETRY_MS,
      })
    : create(RejectedSchema, {
        code: 'revoked',
        message: `This device was ${lifecycle} on the server. To bring it back, enrol it with a new token.`,
      });
}
