import { Button, Group, Table, Text } from '@mantine/core';
import type { CustomField } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { queries } from '../../../api/client.ts';
import { useMay } from '../../../api/session.ts';
import { PageTitle } from '../../../app/page-title.tsx';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { Missing } from '../../../parts/missing.tsx';
import { Empty, Failed, Loading } from '../../../parts/outcomes.tsx';
import { PageLink } from '../../../parts/page-link.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { ScrollTable } from '../../../parts/scroll-table.tsx';
import pageClasses from '../../page.module.css';
import { RemoveField } from './remove-field.tsx';

const FieldDialog = lazy(() => import('./field-dialog.tsx'));

type Asked =
  | { readonly deed: 'define' }
  | { readonly deed: 'change' | 'remove'; readonly id: CustomField['id'] };

/** What people know about machines and machines cannot say: the definitions of custom fields. */
export function FieldsPage() {
  const read = useQuery(queries.fields.list.queryOptions({ input: {} }));
  const mayManage = useMay('fields:manage');
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const rows = read.data?.items ?? [];
  const subject = asked && asked.deed !== 'define' ? rows.find(({ id }) => id === asked.id) : undefined;
  return (
    <div className={pageClasses.page}>
      <Group justify="space-between" align="start">
        <div>
          <Group gap="xs">
            <PageTitle>Custom fields</PageTitle>
            <CopyCommand line="muster fields list" />
          </Group>
          <Text size="sm" c="dimmed">
            What people know about machines and machines cannot say: whose they are, when the warranty ends.
          </Text>
        </div>
        {mayManage && <Button onClick={() => setAsked({ deed: 'define' })}>Define a field</Button>}
      </Group>
      {read.isPending && <Loading lines={4} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && rows.length === 0 && (
        <Empty
          title="No custom fields yet"
          text="A field is defined once; then every organisation, site and device can have a value, and queries ask for it."
        />
      )}
      {rows.length > 0 && (
        <Panel title="Fields">
          <FieldTable rows={rows} mayManage={mayManage} onAsk={setAsked} />
        </Panel>
      )}
      <Suspense>
        {asked?.deed === 'define' && <FieldDialog field={undefined} onClose={close} />}
        {asked?.deed === 'change' && subject && <FieldDialog field={subject} onClose={close} />}
      </Suspense>
      {asked?.deed === 'remove' && subject && <RemoveField field={subject} onClose={close} />}
    </div>
  );
}

const SETTERS = {
  operator: 'whoever may change the place',
  administrator: 'whoever may define fields',
} as const;

type FieldTableProps = {
  readonly rows: readonly CustomField[];
  readonly mayManage: boolean;
  readonly onAsk: (asked: Asked) => void;
};

function FieldTable({ rows, mayManage, onAsk }: FieldTableProps) {
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  const isSingle = organisations.length <= 1;
  const head = [
    'Field',
    ...(isSingle ? [] : ['Organisation']),
    'Asked for as',
    'Kind',
    'Set for',
    'Default',
    'Set by',
    '',
  ];
  return (
    <ScrollTable label="Custom fields" head={head}>
      {rows.map((field) => (
        <Table.Tr key={field.id}>
          <Table.Td>
            {field.title}
            {field.description && (
              <Text size="xs" c="dimmed">
                {field.description}
              </Text>
            )}
          </Table.Td>
          {!isSingle && (
            <Table.Td>{organisations.find(({ id }) => id === field.orgId)?.name ?? '–'}</Table.Td>
          )}
          <Table.Td>
            <PageLink to="/devices" search={{ q: `custom.${field.key} = *` }} ff="monospace">
              custom.{field.key}
            </PageLink>
          </Table.Td>
          <Table.Td>{field.kind === 'enum' ? `one of ${field.choices.join(', ')}` : field.kind}</Table.Td>
          <Table.Td>{field.appliesTo.join(', ')}</Table.Td>
          <Table.Td>
            {field.byDefault === null ? <Missing because="it has no default" /> : String(field.byDefault)}
          </Table.Td>
          <Table.Td title={SETTERS[field.setBy]}>{field.setBy}</Table.Td>
          <Table.Td ta="right">{mayManage && <FieldButtons field={field} onAsk={onAsk} />}</Table.Td>
        </Table.Tr>
      ))}
    </ScrollTable>
  );
}

function FieldButtons({
  field: { id, title },
  onAsk,
}: Pick<FieldTableProps, 'onAsk'> & { field: CustomField }) {
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {(['change', 'remove'] as const).map((deed) => (
        <Button
          key={deed}
          size="compact-xs"
          variant="default"
          onClick={() => onAsk({ deed, id })}
          aria-label={`${deed === 'change' ? 'Change' : 'Remove'} ${title}`}
        >
          {deed === 'change' ? 'Change' : 'Remove'}
        </Button>
      ))}
    </Group>
  );
}
