import { Text } from '@mantine/core';
import { Missing } from '../../parts/missing.tsx';
import classes from './audit.module.css';

/** What was there and what is there now, field by field. */
export function Changes({ before, after }: { before: unknown; after: unknown }) {
  const names = [...new Set([...fieldsOf(before), ...fieldsOf(after)])];
  if (names.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        It changed nothing that is kept here.
      </Text>
    );
  }
  return (
    <div className={classes.scroll}>
      <table className={classes.changes}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name === '' ? 'value' : name}</th>
              <Side side="before" value={fieldOf(before, name)} />
              <Side side="after" value={fieldOf(after, name)} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Side({ side, value }: { side: 'before' | 'after'; value: unknown }) {
  if (value === undefined || value === null) {
    return (
      <td>
        <Missing because={side === 'before' ? 'it was not there' : 'it is not there any more'} />
      </td>
    );
  }
  if (value === '') return <td data-side={side}>(empty)</td>;
  return <td data-side={side}>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</td>;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A side that is no object is one field without a name. */
function fieldsOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  return isFields(value) ? Object.keys(value) : [''];
}

function fieldOf(side: unknown, name: string): unknown {
  if (name === '') return isFields(side) ? undefined : side;
  return isFields(side) ? side[name] : undefined;
}
