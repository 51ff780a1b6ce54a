import type { ReactNode } from 'react';

/** How something ended: in a few words, in a sentence, and where its record is. */
export type Said = {
  readonly title: string;
  readonly text?: string;
  readonly record?: ReactNode;
  readonly tone?: 'good' | 'bad' | 'plain';
};
