import { Button, Code, Group, Text } from '@mantine/core';
import type { SettingState } from '@muster/contracts';
import { type FormEvent, useId, useState } from 'react';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { When } from '../../parts/when.tsx';
import { readDraft, toDraft } from './draft.ts';
import { SettingField } from './setting-field.tsx';
import classes from './settings.module.css';

type SettingRowProps = { readonly setting: SettingState; readonly mayChange: boolean };

/** One setting: what it does, what holds, its default, who changed it, and a form by its kind. */
export function SettingRow({ setting, mayChange }: SettingRowProps) {
  const id = useId();
  const [draft, setDraft] = useState(() => toDraft(setting, setting.value));
  const read = readDraft(setting, draft);
  const isChanged = draft !== toDraft(setting, setting.value);
  const { save, reset } = useSettingActions(setting);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged && 'value' in read) save.mutate(read.value);
  };
  return (
    <form className={classes.setting} onSubmit={submit} aria-label={setting.title}>
      <div className={classes.about}>
        <Text fw={550} size="sm" component="label" htmlFor={id}>
          {setting.title}
        </Text>
        <Text size="xs" c="dimmed" id={`${id}-about`}>
          {setting.describe}
        </Text>
        <Origin setting={setting} />
      </div>
      <div className={classes.field}>
        <SettingField
          {...{ id, setting, draft }}
          describedBy={`${id}-about`}
          error={'error' in read && isChanged ? read.error : undefined}
          isReadOnly={!mayChange}
          onChange={setDraft}
        />
        {mayChange && (
          <Group gap={6}>
            <Button
              type="submit"
              size="xs"
              disabled={!isChanged || 'error' in read}
              loading={save.isPending}
              aria-label={`Save ${setting.title}`}
            >
              Save
            </Button>
            {setting.changedAt !== null && (
              <Button
                size="xs"
                variant="default"
                loading={reset.isPending}
                onClick={() => reset.mutate()}
                aria-label={`Back to the default of ${setting.title}`}
              >
                Back to the default
              </Button>
            )}
            <CopyCommand line={commandOf(setting, read)} />
          </Group>
        )}
      </div>
    </form>
  );
}

function useSettingActions(setting: SettingState) {
  const { key, title, etag } = setting;
  const after = () => queryClient.invalidateQueries({ queryKey: queries.settings.key() });
  const put = (value: unknown) => api.settings.update({ key, value }, { context: { ifMatch: etag } });
  const save = useAction({
    run: put,
    said: () => ({ title: `${title} is saved`, text: 'It holds from now on.' }),
    failed: () => `Could not change ${title}`,
    after,
  });
  const reset = useAction({
    run: () => api.settings.reset({ key }, { context: { ifMatch: etag } }),
    said: () => ({ title: `${title} is its default again` }),
    failed: () => `Could not reset ${title}`,
    after,
  });
  return { save, reset };
}

/** The default while it holds; else what it would be, and who decided otherwise. */
function Origin({ setting: { key, byDefault, changedAt, changedBy } }: { setting: SettingState }) {
  if (changedAt === null) {
    return (
      <Text size="xs" c="dimmed">
        The default holds.
      </Text>
    );
  }
  return (
    <Text size="xs" c="dimmed">
      Changed by {changedBy ?? 'the server'} <When at={changedAt} />, by default it is{' '}
      <Code>{byDefault === '' ? 'empty' : JSON.stringify(byDefault)}</Code>.{' '}
      <PageLink to="/audit" search={{ target: key }} size="xs" underline="always">
        Its history
      </PageLink>
    </Text>
  );
}

function commandOf({ key, kind, value }: SettingState, read: ReturnType<typeof readDraft>): string {
  const wanted = 'value' in read ? read.value : value;
  const text = kind === 'text' ? String(wanted) : JSON.stringify(wanted);
  return musterLine('settings set', [key, text]);
}
