import type { SiteId } from '@muster/contracts';
import { musterLine } from '../../actions/muster-line.ts';

const HOUR_MS = 3_600_000;

/** What a person may choose about a token, as the form holds it. */
export type TokenChoice = {
  readonly uses: 'one' | 'some' | 'any';
  readonly count: number;
  readonly expiresInMs: number;
  readonly tags: readonly string[];
  readonly needsApproval: boolean;
  readonly description: string;
  readonly siteId: SiteId | undefined;
  readonly address: string | undefined;
};

/** One machine, within a day. */
export const DEFAULT_OPTIONS: TokenChoice = {
  uses: 'one',
  count: 10,
  expiresInMs: 24 * HOUR_MS,
  tags: [],
  needsApproval: false,
  description: '',
  siteId: undefined,
  address: undefined,
};

/** Expiries on offer. */
export const EXPIRIES = [
  { value: String(HOUR_MS), label: '1 hour' },
  { value: String(24 * HOUR_MS), label: '1 day' },
  { value: String(7 * 24 * HOUR_MS), label: '7 days' },
  { value: String(30 * 24 * HOUR_MS), label: '30 days' },
] as const;

/** The choice as the API takes it. */
export function toTokenInput(choice: TokenChoice, address: string | undefined) {
  const { uses, count, expiresInMs, needsApproval, description, siteId } = choice;
  return {
    uses: uses === 'one' ? 1 : uses === 'any' ? null : count,
    expiresInMs,
    needsApproval,
    description,
    tags: toTags(choice.tags),
    ...(siteId === undefined ? {} : { siteId }),
    ...(address === undefined ? {} : { address }),
  };
}

/** The `muster` line that makes the same token. */
export function tokenCommand(choice: TokenChoice, address: string | undefined): string {
  const { uses, count, expiresInMs, needsApproval, description, siteId, tags } = choice;
  return musterLine('tokens create', [], {
    description: description || undefined,
    uses: uses === 'one' ? 1 : uses === 'any' ? 'any' : count,
    expires: `${expiresInMs / HOUR_MS}h`,
    tag: tags,
    approval: needsApproval || undefined,
    site: siteId,
    address,
  });
}

/** `role=server` as key and value. */
export function toTags(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const cut = text.indexOf('=');
      return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)];
    }),
  );
}

/** What is wrong with a tag as it is written; undefined for a good one. */
export function tagProblem(text: string): string | undefined {
  if (/^[a-z][a-z0-9_.-]{0,62}=.{1,255}$/.test(text)) return undefined;
  return `“${text}” is no tag; a tag reads key=value, the key in lower case`;
}
