import { Anchor, Checkbox, Group, Select, TagsInput, TextInput } from '@mantine/core';
import type { LdapSettings } from '@muster/contracts';
import { ACTIVE_DIRECTORY } from './provider-draft.ts';
import type { FieldsProps } from './settings-fields.tsx';

type TextKey = 'bindDn' | 'baseDn' | 'personClass' | 'subjectAttribute' | 'emailAttribute' | 'nameAttribute';

/** Fields of a directory. */
export function LdapFields({ settings, onChange }: FieldsProps<LdapSettings>) {
  const text = (key: TextKey) => ({
    value: settings[key],
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ [key]: event.currentTarget.value.trim() }),
  });
  return (
    <>
      <TagsInput
        label="Servers"
        description="Tried in this order. ldaps:// or ldap:// with StartTLS"
        placeholder="ldaps://dc1.example.org"
        value={settings.urls}
        onChange={(urls) => onChange({ urls })}
      />
      <Checkbox
        label="StartTLS on ldap:// addresses"
        checked={settings.startTls}
        onChange={(event) => onChange({ startTls: event.currentTarget.checked })}
      />
      <Anchor component="button" type="button" size="sm" ta="left" onClick={() => onChange(ACTIVE_DIRECTORY)}>
        Take the names that Active Directory uses
      </Anchor>
      <TextInput label="Below which people are (base DN)" required {...text('baseDn')} />
      <TextInput
        label="Who searches (bind DN)"
        description="Its password is the secret below"
        {...text('bindDn')}
      />
      <TagsInput
        label="What people type to say who they are"
        value={settings.loginAttributes}
        onChange={(loginAttributes) => onChange({ loginAttributes })}
      />
      <Group grow align="start">
        <TextInput label="Class of people" {...text('personClass')} />
        <TextInput label="What never changes" {...text('subjectAttribute')} />
      </Group>
      <Group grow align="start">
        <TextInput label="Address" {...text('emailAttribute')} />
        <TextInput label="Name" {...text('nameAttribute')} />
      </Group>
      <GroupSearch settings={settings} onChange={onChange} />
    </>
  );
}

function GroupSearch({ settings, onChange }: FieldsProps<LdapSettings>) {
  const { groups } = settings;
  const change = (part: Partial<LdapSettings['groups']>) => onChange({ groups: { ...groups, ...part } });
  return (
    <>
      <Select
        label="Groups are found"
        allowDeselect={false}
        data={[
          { value: 'memberOf', label: 'by memberOf of the person' },
          { value: 'search', label: 'by a search for groups that name the person' },
        ]}
        value={groups.by}
        onChange={(by) => change({ by: by === 'search' ? 'search' : 'memberOf' })}
      />
      <TextInput
        label="Only groups below"
        placeholder="below where people are"
        value={groups.baseDn}
        onChange={(event) => change({ baseDn: event.currentTarget.value })}
      />
      {groups.by === 'search' && (
        <>
          <TextInput
            label="Attribute of a group that names its members"
            value={groups.memberAttribute}
            onChange={(event) => change({ memberAttribute: event.currentTarget.value.trim() })}
          />
          <Checkbox
            label="Groups inside groups count (Active Directory)"
            checked={groups.nested}
            onChange={(event) => change({ nested: event.currentTarget.checked })}
          />
        </>
      )}
    </>
  );
}
