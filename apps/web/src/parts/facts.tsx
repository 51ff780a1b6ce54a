import { Fragment, type ReactNode } from 'react';
import { Missing } from './missing.tsx';
import classes from './parts.module.css';

/** One fact: its name, its value, and for a value that is missing the reason. */
export type Fact = {
  readonly name: string;
  readonly value: ReactNode;
  readonly missing?: string;
  /** Said by a machine: set in the fixed face. */
  readonly mono?: boolean;
};

/** Names and values under each other. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ name, value, missing, mono }) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd className={mono ? classes.mono : undefined}>
            {value === null || value === '' ? (
              <Missing because={missing ?? 'the device does not say'} />
            ) : (
              value
            )}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
