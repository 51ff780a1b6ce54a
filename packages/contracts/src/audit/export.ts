/**
 * An export is lines of JSON. It begins with `export`, ends with `end`, and has between them each log: a `log` line, a
 * `pruned` line where older rows are gone, then rows in order and, behind the last row that they cover, checkpoints.
 * Hashes, salts and keys are base64.
 */
export type ExportLine =
  | {
      readonly type: 'export';
      readonly format: 1;
      readonly installationId: string;
      readonly at: string;
      readonly key: string;
    }
  | { readonly type: 'log'; readonly log: string; readonly origin: string; readonly size: number }
  /** `note` is signed like a checkpoint; `peaks` are the roots of the complete subtrees that are gone. */
  | {
      readonly type: 'pruned';
      readonly size: number;
      readonly note: string;
      readonly peaks: readonly string[];
    }
  /** `hash` is SHA-256 of salt and content; the leaf is SHA-256 of a zero byte and that. Erased rows have only it. */
  | {
      readonly type: 'row';
      readonly index: number;
      readonly hash: string;
      readonly salt: string | null;
      readonly content: string | null;
    }
  | { readonly type: 'checkpoint'; readonly note: string }
  /** Proof that the log as it is begins with what an earlier checkpoint named, where the rows between are gone. */
  | {
      readonly type: 'consistency';
      readonly from: number;
      readonly to: number;
      readonly proof: readonly string[];
    }
  | { readonly type: 'end'; readonly logs: number };
