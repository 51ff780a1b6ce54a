import { Alert, List, Text } from '@mantine/core';

type ChangedMeanwhileProps = {
  /** What the form began with, by the words a person knows the fields by. */
  readonly before: Readonly<Record<string, string>>;
  /** What the server holds now. */
  readonly now: Readonly<Record<string, string>>;
};

/** Stands in a form whose subject somebody else has changed: what changed, and what saving will do. */
export function ChangedMeanwhile({ before, now }: ChangedMeanwhileProps) {
  const changed = Object.keys(now).filter((name) => now[name] !== before[name]);
  return (
    <Alert variant="default" role="alert" title="Somebody else changed this meanwhile">
      <List size="sm">
        {changed.map((name) => (
          <List.Item key={name}>
            {name}: {before[name] || 'nothing'} became <b>{now[name] || 'nothing'}</b>
          </List.Item>
        ))}
      </List>
      <Text size="sm">Saving again puts what you typed in its place, and leaves the rest as it is now.</Text>
    </Alert>
  );
}
