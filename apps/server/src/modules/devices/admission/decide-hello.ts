import type { Device } from '@muster/contracts';
import type { HelloBody } from '@muster/contracts/wire';
import { type AdmissionDecision, decideAdmission } from '../domain/admission.ts';
import { cleanWords, MAX_AGENT_VERSION } from '../domain/device-facts.ts';
import {
  createDeviceToken,
  DEVICE_TOKEN_ROTATION_MS,
  type DeviceTokenVerdict,
  hashDeviceToken,
  judgeDeviceToken,
  type StoredDeviceToken,
} from '../domain/device-token.ts';
import type { AdmissionRow } from './admission-rows.ts';

type Refusal = Extract<AdmissionDecision, { admit: false }>;

/** What a hello leads to. `row` is the device as it stands afterwards. */
export type HelloOutcome =
  | { readonly admitted: false; readonly refusal: Refusal }
  | {
      readonly admitted: true;
      readonly row: AdmissionRow;
      /** '' where the device keeps its token. */
      readonly newToken: string;
      readonly rotateTokenAt: Date;
      readonly tokenVerdict: DeviceTokenVerdict;
      readonly isNewBoot: boolean;
    };

const MAX_BOOT_ID = 128;

/** Decides one hello of a device that has proven its key: lifecycle, protocol, clone, token, version, policy level. */
export function decideHello(
  before: AdmissionRow,
  hello: HelloBody,
  installationId: string,
  now: Date,
): HelloOutcome {
  const decision = decideAdmission(
    { installationId, lifecycle: before.lifecycle, boots: before.boots },
    {
      installationId: hello.installationId,
      protocol: hello.protocol,
      bootId: cleanWords(hello.bootId, MAX_BOOT_ID),
    },
  );
  if (!decision.admit) return { admitted: false, refusal: decision };
  const { verdict, rotate } = judgeDeviceToken(before.token, hello.deviceToken, now);
  const newToken = rotate ? createDeviceToken() : '';
  const token = rotate ? rotated(before.token, newToken, verdict, now) : before.token;
  return {
    admitted: true,
    row: {
      ...before,
      boots: decision.boots,
      token,
      agentVersion: cleanWords(hello.agentVersion, MAX_AGENT_VERSION) || before.agentVersion,
      policyLevel: readLevel(hello.policy) ?? before.policyLevel,
    },
    newToken,
    rotateTokenAt: new Date((token.rotatedAt?.getTime() ?? now.getTime()) + DEVICE_TOKEN_ROTATION_MS),
    tokenVerdict: verdict,
    isNewBoot: decision.boots.length > before.boots.length || decision.boots.at(-1) !== before.boots.at(-1),
  };
}

/**
 * The token after a rotation. The one that the device holds now stays good until the next rotation, because the new one
 * may be lost on its way.
 */
export function rotated(
  stored: StoredDeviceToken,
  newToken: string,
  verdict: DeviceTokenVerdict,
  now: Date,
): StoredDeviceToken {
  const held = verdict === 'outdated' ? stored.previousHash : stored.hash;
  return { hash: hashDeviceToken(newToken), previousHash: held, rotatedAt: now };
}

function readLevel(level: string): Device['policyLevel'] | undefined {
  return level === 'observe' || level === 'manage' || level === 'control' ? level : undefined;
}
