import { type Chip, chipsOf, chipText, parse, textOfChips } from '@muster/query';

/** The terms of a query; none where it cannot be read. */
export function chipsIn(text: string): readonly Chip[] {
  const tree = parse(text);
  return tree.ok ? chipsOf(tree.value) : [];
}

/** The query without one of its terms. */
export function withoutChip(text: string, chip: Chip): string {
  return textOfChips(chipsIn(text).filter((one) => one.text !== chip.text));
}

/** The query with one more term. */
export function withTerm(text: string, term: string): string {
  return textOfChips([...chipsIn(text), { text: term }]);
}

/** Turns `field = value` on, or off where it is on; another value of the same field gives way. */
export function toggleTerm(text: string, field: string, value: string): string {
  const term = chipText(field, '=', [value]);
  const chips = chipsIn(text);
  const others = chips.filter((chip) => chip.field !== field);
  return hasTerm(text, field, value) ? textOfChips(others) : textOfChips([...others, { text: term }]);
}

/** Whether the query asks for exactly this value of the field. */
export function hasTerm(text: string, field: string, value: string): boolean {
  return chipsIn(text).some(
    (chip) => chip.field === field && (chip.op === '=' || chip.op === ':') && chip.value === value,
  );
}
