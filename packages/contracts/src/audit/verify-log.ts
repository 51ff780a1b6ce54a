import { fromBase64 } from './base64.ts';
import {
  type Checkpoint,
  isSignedBy,
  type NoteKey,
  prunedOrigin,
  readCheckpoint,
  type VerifySignature,
} from './checkpoint.ts';
import type { ExportLine } from './export.ts';
import { createFrontier, type Frontier, foldPeaks, leafHash, nodesOf, type Sha256 } from './merkle.ts';
import { isConsistent, sameBytes } from './proofs.ts';

/** What one log of an export holds. */
export type LogReport = {
  readonly log: string;
  readonly origin: string;
  /** Rows that the newest signed checkpoint covers. */
  readonly size: number;
  readonly rows: number;
  readonly erased: number;
  /** Rows below this were removed by retention. */
  readonly prunedTo: number;
  readonly checkpoints: number;
  /** The note of the newest checkpoint, to be kept elsewhere. */
  readonly checkpoint: string | undefined;
};

export type LogVerifierDeps = {
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
  readonly key: NoteKey;
  readonly line: Extract<ExportLine, { type: 'log' }>;
  readonly earlier: readonly Checkpoint[];
  readonly fault: (text: string) => void;
};

type LogLine = Exclude<ExportLine, { type: 'export' | 'log' | 'end' }>;
type Row = Extract<ExportLine, { type: 'row' }>;

/** Places that a gap may skip before the line itself is taken for nonsense. */
const LARGEST_GAP = 10_000_000;

/** Rows are appended to a tree of our own; each checkpoint, and each earlier one, must name the root it has then. */
export class LogVerifier {
  private readonly deps: LogVerifierDeps;
  private readonly waiting: Checkpoint[];
  private readonly proofs: Extract<ExportLine, { type: 'consistency' }>[] = [];
  private readonly seen = { rows: 0, erased: 0, prunedTo: 0, checkpoints: 0 };
  private tree: Frontier;
  private newest: { checkpoint: Checkpoint; note: string } | undefined;
  /** Rows differ from what was signed: it was told, and no later root can fit. */
  private isBroken = false;

  constructor(deps: LogVerifierDeps) {
    this.deps = deps;
    this.tree = createFrontier(deps.sha256);
    this.waiting = [...deps.earlier].sort((a, b) => a.size - b.size);
  }

  take(line: LogLine): void {
    if (line.type === 'row') this.takeRow(line);
    else if (line.type === 'pruned') this.takePruned(line);
    else if (line.type === 'checkpoint') this.takeCheckpoint(line.note);
    else this.proofs.push(line);
  }

  finish(): void {
    const { tree } = this;
    const { size } = this.deps.line;
    if (tree.size() < size) {
      this.say(`the tail was cut: row ${tree.size()}${upTo(tree.size(), size)} is missing`);
    } else if (this.newest?.checkpoint.size !== tree.size()) {
      this.say('the last rows are under no signed checkpoint');
    }
    for (const earlier of this.waiting) this.judgeWaiting(earlier);
  }

  report(): LogReport {
    const { line } = this.deps;
    return {
      ...{ log: line.log, origin: line.origin, ...this.seen },
      size: this.newest?.checkpoint.size ?? 0,
      checkpoint: this.newest?.note,
    };
  }

  private say(text: string): void {
    this.deps.fault(`log ${this.deps.line.log}: ${text}`);
  }

  private takeRow(row: Row): void {
    const { tree } = this;
    const { sha256 } = this.deps;
    const expected = tree.size();
    if (row.index < expected || row.index - expected > LARGEST_GAP) {
      this.isBroken = true;
      this.say(`row ${row.index} stands where row ${expected} belongs`);
      return;
    }
    if (row.index > expected) {
      this.isBroken = true;
      this.say(`row ${expected}${upTo(expected, row.index)} is missing`);
      while (tree.size() < row.index) tree.append(leafHash(sha256, NOTHING));
    }
    const hash = fromBase64(row.hash) ?? NOTHING;
    if (row.content !== null && row.salt !== null) {
      const salt = fromBase64(row.salt) ?? NOTHING;
      if (!sameBytes(contentHash(sha256, salt, row.content), hash)) this.say(`row ${row.index} was changed`);
    } else this.seen.erased++;
    tree.append(leafHash(sha256, hash));
    this.seen.rows++;
    this.meetEarlier();
  }

  private takePruned(pruned: Extract<ExportLine, { type: 'pruned' }>): void {
    if (this.tree.size() > 0) {
      this.say('rows were removed in the middle');
      return;
    }
    const { sha256, line } = this.deps;
    const checkpoint = readSigned(this.deps, pruned.note, prunedOrigin(line.origin));
    const peaks = pruned.peaks.map((peak) => fromBase64(peak) ?? NOTHING);
    const fits = peaks.length === nodesOf({ start: 0, end: pruned.size }).length;
    if (checkpoint?.size !== pruned.size || !fits || !sameBytes(foldPeaks(sha256, peaks), checkpoint.root)) {
      this.say(`that rows below ${pruned.size} were removed is not signed`);
      return;
    }
    this.tree = createFrontier(sha256, pruned.size, peaks);
    this.seen.prunedTo = pruned.size;
    this.meetEarlier();
  }

  private takeCheckpoint(note: string): void {
    const { tree, newest } = this;
    const checkpoint = readSigned(this.deps, note, this.deps.line.origin);
    if (!checkpoint) {
      this.say(`a checkpoint is not signed by ${this.deps.key.name}`);
      return;
    }
    this.seen.checkpoints++;
    this.newest = { checkpoint, note };
    if (this.isBroken) return;
    if (checkpoint.size === tree.size() && sameBytes(checkpoint.root, tree.root())) return;
    this.isBroken = true;
    if (checkpoint.size > tree.size()) {
      const missing = `row ${tree.size()}${upTo(tree.size(), checkpoint.size)} is missing`;
      this.say(`${missing}: the checkpoint of ${checkpoint.at} covers ${checkpoint.size} rows`);
      return;
    }
    const before = newest ? `; up to row ${newest.checkpoint.size - 1} they are` : '';
    this.say(
      `the ${tree.size()} rows are not the ${checkpoint.size} that were signed at ${checkpoint.at}${before}`,
    );
  }

  private meetEarlier(): void {
    for (let next = this.waiting[0]; next && next.size === this.tree.size(); next = this.waiting[0]) {
      if (!sameBytes(next.root, this.tree.root())) this.say(rewritten(next));
      this.waiting.shift();
    }
  }

  /** An earlier checkpoint that the rows did not meet: beyond the end, or among the rows that are gone. */
  private judgeWaiting(earlier: Checkpoint): void {
    const head = { size: this.tree.size(), root: this.tree.root() };
    if (earlier.size > head.size) {
      this.say(
        `the tail was cut: the checkpoint of ${earlier.at} covers ${earlier.size} rows, the export ends at ${head.size}`,
      );
      return;
    }
    const given = this.proofs.find(({ from, to }) => from === earlier.size && to === head.size);
    if (!given) {
      this.say(
        `the checkpoint of ${earlier.at} at ${earlier.size} lies among removed rows; export again with it to get the proof that it is continued`,
      );
      return;
    }
    const proof = given.proof.map((hash) => fromBase64(hash) ?? NOTHING);
    if (!isConsistent(this.deps.sha256, earlier, head, proof)) this.say(rewritten(earlier));
  }
}

const NOTHING = new Uint8Array(32);

const encoder = new TextEncoder();

/** SHA-256 of salt and content: what stays of a row whose content is erased. */
export function contentHash(sha256: Sha256, salt: Uint8Array, content: string): Uint8Array {
  const text = encoder.encode(content);
  const bytes = new Uint8Array(salt.length + text.length);
  bytes.set(salt);
  bytes.set(text, salt.length);
  return sha256(bytes);
}

function readSigned(deps: LogVerifierDeps, note: string, origin: string): Checkpoint | undefined {
  const checkpoint = readCheckpoint(note);
  return checkpoint?.origin === origin && isSignedBy(note, deps.key, deps) ? checkpoint : undefined;
}

function rewritten(earlier: Checkpoint): string {
  return `the rows before ${earlier.size} are not those of the checkpoint of ${earlier.at}: history was rewritten`;
}

function upTo(first: number, end: number): string {
  return end - first > 1 ? ` (and all up to ${end - 1})` : '';
}
