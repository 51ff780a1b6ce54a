import { Missing } from '../missing.tsx';
import classes from '../parts.module.css';
import { When } from '../when.tsx';

type Fields = Readonly<Record<string, unknown>> | null;

/** What of an item was otherwise: each field that differs, before and after. */
export function BeforeAfter({ before, after }: { before: Fields; after: Fields }) {
  if (!before || !after) return <Told fields={after ?? before ?? {}} />;
  return differing(before, after).map((name) => (
    <div key={name} className={classes.difference}>
      {name !== 'version' && <span className={classes.fieldName}>{wordsOf(name)}</span>}
      <del className={classes.was}>
        <Value value={before[name]} />
      </del>
      <span className={classes.arrow}>→</span>
      <ins className={classes.is}>
        <Value value={after[name]} />
      </ins>
    </div>
  ));
}

/** Of something that came or went: its version, or else what it said of itself. */
function Told({ fields }: { fields: Readonly<Record<string, unknown>> }) {
  const names = typeof fields.version === 'string' ? ['version'] : Object.keys(fields);
  const told = names.filter((name) => isTold(fields[name])).slice(0, MOST_TOLD);
  if (told.length === 0) return <Missing because="the device says no more of it" />;
  return (
    <span className={classes.told}>
      {told.map((name) => (
        <span key={name}>
          {name !== 'version' && <span className={classes.fieldName}>{wordsOf(name)}</span>}
          <Value value={fields[name]} />
        </span>
      ))}
    </span>
  );
}

const MOST_TOLD = 6;

/** The date a package was built or put there moves with each version, and says nothing beside it. */
function differing(before: NonNullable<Fields>, after: NonNullable<Fields>): string[] {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return names.includes('version') ? ['version'] : names;
}

function isTold(value: unknown): boolean {
  return (
    value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
  );
}

/** As people say it: `maxMhz` is “max mhz”. */
function wordsOf(name: string): string {
  return name.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

function Value({ value }: { value: unknown }) {
  if (!isTold(value)) return <Missing because="the device did not say" />;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' && MOMENT.test(value)) return <When at={value} />;
  const text = Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : value;
  return <span className={classes.mono}>{String(text)}</span>;
}
