import type { Bind } from '../catalogue/field.ts';

/** A value that goes beside the SQL text. */
export type Param = string | number | boolean;

/** Collects the values of a query; every text of a user passes through here, none into the SQL. */
export class Params {
  readonly values: Param[] = [];
  readonly #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  readonly bind: Bind = (value, type) => {
    this.values.push(value);
    return `$${this.#first + this.values.length - 1}::${type}`;
  };
}
