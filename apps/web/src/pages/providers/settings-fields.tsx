import { Checkbox, Textarea, TextInput } from '@mantine/core';
import type { LdapSettings, OidcSettings } from '@muster/contracts';

/** The settings of one kind, and how a field changes them. */
export type FieldsProps<Settings> = {
  readonly settings: Settings;
  readonly onChange: (part: Partial<Settings>) => void;
};

/** Fields of an OpenID Connect provider. */
export function OidcFields({ settings, onChange }: FieldsProps<OidcSettings>) {
  return (
    <>
      <TextInput
        label="Issuer"
        description="Its address, as its discovery document names it"
        placeholder="https://login.example.org"
        required
        value={settings.issuer}
        onChange={(event) => onChange({ issuer: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="Client id"
        required
        value={settings.clientId}
        onChange={(event) => onChange({ clientId: event.currentTarget.value })}
      />
      <TextInput
        label="Scopes"
        value={settings.scopes}
        onChange={(event) => onChange({ scopes: event.currentTarget.value })}
      />
      <TextInput
        label="Claim that lists groups"
        value={settings.groupsClaim}
        onChange={(event) => onChange({ groupsClaim: event.currentTarget.value })}
      />
      <TextInput
        label="Address of this console"
        description="Empty: whatever address people come by"
        value={settings.consoleUrl ?? ''}
        onChange={(event) => onChange({ consoleUrl: event.currentTarget.value.trim() || null })}
      />
      <Checkbox
        label="Its second factor counts here (amr with mfa)"
        checked={settings.trustMfa}
        onChange={(event) => onChange({ trustMfa: event.currentTarget.checked })}
      />
      <Checkbox
        label="Its addresses count as verified although it does not say so"
        checked={settings.trustEmail}
        onChange={(event) => onChange({ trustEmail: event.currentTarget.checked })}
      />
    </>
  );
}

/** What both kinds ask: who gets in for the first time, and whose certificate is trusted. */
export function PeopleFields({ settings, onChange }: FieldsProps<OidcSettings | LdapSettings>) {
  return (
    <>
      <Checkbox
        label="Whoever signs in for the first time becomes a person here"
        checked={settings.createPeople}
        onChange={(event) => onChange({ createPeople: event.currentTarget.checked })}
      />
      <Checkbox
        label="They may be somebody who is here already, by the same verified address"
        checked={settings.linkByEmail}
        onChange={(event) => onChange({ linkByEmail: event.currentTarget.checked })}
      />
      <Textarea
        label="Certificate authority"
        description="PEM, where this machine does not trust the provider’s certificate anyway"
        placeholder="-----BEGIN CERTIFICATE-----"
        autosize
        minRows={2}
        maxRows={8}
        value={settings.certificateAuthority ?? ''}
        onChange={(event) => onChange({ certificateAuthority: event.currentTarget.value.trim() || null })}
      />
    </>
  );
}
