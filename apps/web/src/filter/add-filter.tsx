import { Button, Popover } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';

const TermForm = lazy(() => import('./term-form.tsx'));

/** Opens the form that builds one term. */
export function AddFilter({ onAdd }: { onAdd: (term: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus position="bottom-start" width={260} shadow="md">
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={13} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Suspense>
          <TermForm
            onAdd={(term) => {
              setOpen(false);
              onAdd(term);
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
