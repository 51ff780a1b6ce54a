import type { CommandState } from '@muster/contracts';

/** What decisions about a command need to know of it; the big columns stay in the table. */
export type CommandRecord = {
  readonly id: string;
  readonly orgId: string;
  readonly deviceId: string;
  readonly name: string;
  readonly state: CommandState;
  readonly timeoutMs: number;
  readonly createdAt: Date;
  readonly deliverBy: Date;
  readonly sentAt: Date | null;
  readonly receivedAt: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly dueAt: Date | null;
};

/** What became known of a command: written where its state is still `from`. */
export type CommandChange = {
  readonly from: CommandState;
  readonly to: CommandRecord;
  /** Set at an end; absent keeps what the row has. */
  readonly outcome?: CommandOutcome;
};

/** How a command ended. `result` is only there when it succeeded. */
export type CommandOutcome = {
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
};
