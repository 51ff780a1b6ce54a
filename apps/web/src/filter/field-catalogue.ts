import {
  createCatalogue,
  type Field,
  type FieldCatalogue,
  type FieldKind,
  type ValueSource,
} from '@muster/query';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, queries } from '../api/client.ts';

/** A field as the server tells of it. */
type ToldField = {
  readonly name: string;
  readonly kind: string;
  readonly describe: string;
  readonly values: string[] | null;
  readonly sortable: boolean;
  readonly takes: 'instance' | 'argument' | null;
};

const EMPTY = createCatalogue([]);

/** The fields of the query language, as the server has them; empty until they are read. */
export function useFieldCatalogue(): FieldCatalogue {
  const { data } = useQuery(queries.devices.fields.queryOptions({ staleTime: Number.POSITIVE_INFINITY }));
  return useMemo(() => (data ? createCatalogue(data.fields.map(toField)) : EMPTY), [data]);
}

/** Completion needs names, kinds and values; where the values lie is the server's own matter. */
function toField({ name, kind, describe, values, sortable, takes }: ToldField): Field {
  return {
    name,
    kind: kind as FieldKind,
    describe,
    sortable,
    authority: 'server',
    // The field that says so itself: bare words are looked for in it.
    ...(name === 'text' ? { freeText: true } : {}),
    source: sourceOf(kind, takes),
    ...(takes === null ? {} : { takes }),
    ...(values === null ? {} : { values }),
  };
}

/** A source of the form that the kind of field demands; nothing here reads from it. */
function sourceOf(kind: string, takes: ToldField['takes']): Field['source'] {
  if (takes !== null) return { from: 'rows', rows: '', joined: '', value: '', sortKey: '', of: '' };
  return kind === 'map' ? { from: 'json', object: '' } : { from: 'column', value: '', sortKey: '' };
}

/** Values from the fleet, for completion; none where the server knows none. */
export const fleetValues: ValueSource = async ({ wants, field, of, prefix }) => {
  const name = wants === 'keys' || of === undefined ? field.name : `${field.name}.${of}`;
  const { values } = await api.devices.complete({ field: name, prefix });
  return values.map(({ value }) => value);
};
