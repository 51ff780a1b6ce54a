import { Checkbox, Stack } from '@mantine/core';
import type { Permission } from '@muster/contracts';
import { Loading } from '../../parts/outcomes.tsx';
import { type CataloguePermission, usePermissionGroups } from './permission-groups.ts';
import classes from './roles.module.css';

type PermissionChoiceProps = {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: Permission[]) => void;
  /** Those that can be chosen; undefined: all. */
  readonly offered?: ReadonlySet<string>;
  readonly isReadOnly?: boolean;
};

/** The permission catalogue, by noun, with what each allows. */
export function PermissionChoice({ chosen, onChange, offered, isReadOnly = false }: PermissionChoiceProps) {
  const groups = usePermissionGroups();
  if (!groups) return <Loading lines={4} />;
  const all = [...groups.values()].flat().map(({ name }) => name);
  const put = (names: readonly string[], isOn: boolean) =>
    onChange(all.filter((name) => (names.includes(name) ? isOn : chosen.has(name))));
  return (
    <div className={classes.permissions}>
      {[...groups].map(([noun, catalogue]) => {
        const permissions = catalogue.filter(({ name }) => offered?.has(name) ?? true);
        if (permissions.length === 0) return null;
        return <PermissionGroup key={noun} {...{ noun, permissions, chosen, isReadOnly }} onPut={put} />;
      })}
    </div>
  );
}

type PermissionGroupProps = {
  readonly noun: string;
  readonly permissions: readonly CataloguePermission[];
  readonly chosen: ReadonlySet<string>;
  readonly isReadOnly: boolean;
  readonly onPut: (names: readonly string[], isOn: boolean) => void;
};

function PermissionGroup({ noun, permissions, chosen, isReadOnly, onPut }: PermissionGroupProps) {
  const names = permissions.map(({ name }) => name);
  const count = names.filter((name) => chosen.has(name)).length;
  const title = noun.charAt(0).toUpperCase() + noun.slice(1);
  return (
    <fieldset className={classes.noun}>
      <legend>
        <Checkbox
          size="xs"
          label={title}
          aria-label={`All permissions of ${noun}`}
          checked={count === names.length}
          indeterminate={count > 0 && count < names.length}
          disabled={isReadOnly}
          onChange={(event) => onPut(names, event.currentTarget.checked)}
        />
      </legend>
      <Stack gap={6}>
        {permissions.map(({ name, describe, installation }) => (
          <Checkbox
            key={name}
            size="xs"
            label={<code>{name}</code>}
            description={
              <>
                {describe}
                {installation && <b> Counts only in a grant that holds everywhere.</b>}
              </>
            }
            checked={chosen.has(name)}
            disabled={isReadOnly}
            onChange={(event) => onPut([name], event.currentTarget.checked)}
          />
        ))}
      </Stack>
    </fieldset>
  );
}
