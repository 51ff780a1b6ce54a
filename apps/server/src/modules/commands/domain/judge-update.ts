import { COMMANDS, type CommandName, describeIssues } from '@muster/contracts';
import { type CommandUpdate, MAX_RESULT_BYTES, CommandState as WireState } from '@muster/contracts/wire';
import { storableJson, storableText } from '../../../platform/storable-text.ts';
import { dueWhenHeld } from './clocks.ts';
import type { CommandChange, CommandOutcome, CommandRecord } from './command-record.ts';
import { type CommandEvent, isEnded, next } from './state-machine.ts';

const MAX_CODE_LENGTH = 100;
const MAX_MESSAGE_LENGTH = 2_000;

const EVENT_OF_STATE: Readonly<Partial<Record<WireState, CommandEvent>>> = {
  [WireState.RECEIVED]: 'receive',
  [WireState.RUNNING]: 'start',
  [WireState.SUCCEEDED]: 'succeed',
  [WireState.FAILED]: 'fail',
  [WireState.REFUSED]: 'refuse',
  [WireState.EXPIRED]: 'outlive',
  [WireState.CANCELLED]: 'stop',
  [WireState.INTERRUPTED]: 'interrupt',
};

/**
 * What an endpoint's update means for its command; undefined when it changes nothing: late, repeated, or of a state that
 * this server does not know. The endpoint's clock is believed between the command's creation and `now`.
 */
export function judgeUpdate(
  record: CommandRecord,
  update: CommandUpdate,
  now: Date,
): CommandChange | undefined {
  const said = EVENT_OF_STATE[update.state];
  if (said === undefined) return undefined;
  const { event, outcome } =
    said === 'succeed' ? judgeResult(record, update) : { event: said, outcome: undefined };
  const state = next(record.state, event);
  if (state === record.state) return undefined;
  const at = new Date(Math.min(Math.max(Number(update.atMs), record.createdAt.getTime()), now.getTime()));
  if (isEnded(state)) {
    return {
      from: record.state,
      to: { ...record, state, receivedAt: record.receivedAt ?? at, endedAt: at, dueAt: null },
      outcome: outcome ?? { error: errorOf(update, event) },
    };
  }
  const startedAt = event === 'start' ? at : record.startedAt;
  const dueAt = dueWhenHeld(at, record.timeoutMs);
  return {
    from: record.state,
    to: { ...record, state, receivedAt: record.receivedAt ?? at, startedAt, dueAt },
  };
}

/** A result is what the catalogue promises, or the command failed. Fields that it does not know are kept. */
function judgeResult(
  record: CommandRecord,
  update: CommandUpdate,
): { event: CommandEvent; outcome: CommandOutcome } {
  const fail = (code: string, message: string) => ({
    event: 'fail' as const,
    outcome: { error: { code, message } },
  });
  if (update.payload.length > MAX_RESULT_BYTES) {
    return fail(
      'result_too_large',
      `The result has ${update.payload.length} bytes; ${MAX_RESULT_BYTES} are allowed.`,
    );
  }
  const result = parsePayload(update.payload);
  const problem = result === undefined ? 'it is not JSON' : misfit(record.name, result);
  if (problem === undefined) return { event: 'succeed', outcome: { result } };
  return fail(
    'invalid_result',
    `The endpoint's result of ${record.name} does not fit the catalogue: ${problem}.`,
  );
}

/** The JSON in an update's payload, fit for the database; undefined when it is none. */
export function parsePayload(payload: Uint8Array): unknown {
  try {
    return storableJson(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
  } catch {
    return undefined;
  }
}

function misfit(name: string, result: unknown): string | undefined {
  const entry = name in COMMANDS ? COMMANDS[name as CommandName] : undefined;
  if (!entry) return 'the catalogue has no such command';
  const parsed = entry.result.safeParse(result);
  return parsed.success ? undefined : describeIssues(parsed.error.issues.slice(0, 3), 'the result');
}

function errorOf(update: CommandUpdate, event: CommandEvent): { code: string; message: string } {
  return {
    code: storableText(update.errorCode, MAX_CODE_LENGTH) || event,
    message: storableText(update.errorMessage, MAX_MESSAGE_LENGTH),
  };
}
