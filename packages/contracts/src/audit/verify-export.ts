import { fromBase64 } from './base64.ts';
import {
  isSignedBy,
  type NoteKey,
  readCheckpoint,
  readVerifierKey,
  type VerifySignature,
} from './checkpoint.ts';
import type { ExportLine } from './export.ts';
import type { Sha256 } from './merkle.ts';
import { type LogReport, LogVerifier } from './verify-log.ts';

/** What a verifier brings. */
export type Verifier = { readonly sha256: Sha256; readonly verify: VerifySignature };

export type VerifyOptions = Verifier & {
  /** Checkpoints kept elsewhere; the logs must continue them. */
  readonly earlier?: readonly string[];
  /** The key as it was noted before; without it the key in the export is believed. */
  readonly key?: string | undefined;
};

/** What an export turned out to be. It is sound when there is no fault. */
export type ExportReport = {
  readonly key: string | undefined;
  readonly logs: readonly LogReport[];
  readonly faults: readonly string[];
};

/** Faults beyond these are counted, not listed. */
const MOST_FAULTS = 100;

/**
 * Checks an export by itself: that every row has its hash, that the rows of each log lead to the roots that the server
 * signed, that nothing is missing at the end, and that earlier checkpoints are continued. Needs no server.
 */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  options: VerifyOptions,
): Promise<ExportReport> {
  const state = new ExportVerifier(options);
  for await (const line of lines) if (line !== '') state.take(line);
  return state.finish();
}

class ExportVerifier {
  private readonly faults: string[] = [];
  private readonly logs: LogVerifier[] = [];
  private readonly options: VerifyOptions;
  private current: LogVerifier | undefined;
  private key: NoteKey | undefined;
  private keyLine: string | undefined;
  private hasEnded = false;
  private count = 0;

  constructor(options: VerifyOptions) {
    this.options = options;
  }

  private readonly fault = (text: string) => {
    this.count++;
    if (this.faults.length < MOST_FAULTS) this.faults.push(text);
  };

  take(text: string): void {
    const line = parse(text);
    if (!line) {
      this.fault('a line is not JSON of an export');
      return;
    }
    if (this.hasEnded) {
      this.fault('there are lines behind the end');
      return;
    }
    if (line.type === 'export') {
      this.begin(line.key);
      return;
    }
    if (line.type === 'log') {
      this.beginLog(line);
      return;
    }
    if (line.type === 'end') {
      this.hasEnded = true;
      if (line.logs !== this.logs.length) {
        this.fault(`the export names ${line.logs} logs and has ${this.logs.length}`);
      }
      return;
    }
    if (!this.current) {
      this.fault(`a ${line.type} stands before the first log`);
      return;
    }
    this.current.take(line);
  }

  private begin(line: string): void {
    const key = readVerifierKey(this.options.sha256, line);
    if (!key) {
      this.fault('the key of the export cannot be read');
      return;
    }
    if (this.options.key !== undefined && this.options.key.trim() !== line) {
      this.fault(`the export is signed by another key than the one given: ${line}`);
    }
    this.key = key;
    this.keyLine = line;
  }

  private beginLog(line: Extract<ExportLine, { type: 'log' }>): void {
    this.current?.finish();
    const { key } = this;
    if (!key) {
      this.fault('the export does not begin with its key');
      return;
    }
    if (!line.origin.startsWith(`${key.name}/`) || line.origin !== `${key.name}/${line.log}`) {
      this.fault(`the log ${line.log} does not belong to the key ${key.name}`);
    }
    this.current = new LogVerifier({
      ...this.options,
      key,
      line,
      earlier: this.checkpointsOf(line.origin),
      fault: this.fault,
    });
    this.logs.push(this.current);
  }

  private checkpointsOf(origin: string) {
    return (this.options.earlier ?? []).flatMap((note) => {
      const checkpoint = readCheckpoint(note);
      return checkpoint?.origin === origin ? [checkpoint] : [];
    });
  }

  finish(): ExportReport {
    this.current?.finish();
    if (!this.keyLine) this.fault('this is not an export: its first line is missing');
    if (!this.hasEnded) this.fault('the export was cut: its last line is missing');
    this.judgeEarlier();
    if (this.count > this.faults.length)
      this.faults.push(`and ${this.count - this.faults.length} further faults`);
    return { key: this.keyLine, logs: this.logs.map((log) => log.report()), faults: this.faults };
  }

  /** An earlier checkpoint that is not of this key, or of a log that is not here, proves nothing: that is a fault too. */
  private judgeEarlier(): void {
    for (const note of this.options.earlier ?? []) {
      const checkpoint = readCheckpoint(note);
      if (!checkpoint) this.fault('an earlier checkpoint cannot be read');
      else if (!this.key || !isSignedBy(note, this.key, this.options)) {
        this.fault(
          `the earlier checkpoint of ${checkpoint.origin} at ${checkpoint.size} is not signed by the key of this export`,
        );
      } else if (!this.logs.some((log) => log.report().origin === checkpoint.origin)) {
        this.fault(`the export lacks the log ${checkpoint.origin} of an earlier checkpoint`);
      }
    }
  }
}

function parse(text: string): ExportLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const areHashes = (value: unknown) => Array.isArray(value) && value.every(isHash);
const isHash = (value: unknown) => isText(value) && fromBase64(value)?.length === 32;

/** By hand, because a schema library would cost more than the hashing of a row. */
function isLine(value: unknown): value is ExportLine {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const line = value as Record<string, unknown>;
  switch (line.type) {
    case 'row':
      return (
        isCount(line.index) &&
        isText(line.hash) &&
        ((isText(line.salt) && isText(line.content)) || (line.salt === null && line.content === null))
      );
    case 'export':
      return line.format === 1 && isText(line.key);
    case 'log':
      return isText(line.log) && isText(line.origin) && isCount(line.size);
    case 'pruned':
      return isCount(line.size) && isText(line.note) && areHashes(line.peaks);
    case 'checkpoint':
      return isText(line.note);
    case 'consistency':
      return isCount(line.from) && isCount(line.to) && areHashes(line.proof);
    case 'end':
      return isCount(line.logs);
    default:
      return false;
  }
}
