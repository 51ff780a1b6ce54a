import { type ComboboxItem, Select } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { isNamed, type ScopeChoice } from './use-scopes.ts';

type ScopeSearchProps = {
  readonly className: string | undefined;
  readonly label: string;
  readonly choices: readonly ScopeChoice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** More than a list to roll through: part of a name finds it. */
export default function ScopeSearch({ choices, value, label, onChange, className }: ScopeSearchProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const shown = choices.find((choice) => choice.value === value)?.label;
  // What is typed next is to replace the name that stands there.
  useEffect(() => {
    if (typed === shown && document.activeElement === input.current) input.current?.select();
  }, [typed, shown]);
  return (
    <Select
      ref={input}
      className={className}
      size="xs"
      aria-label={label}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      allowDeselect={false}
      data={choices}
      value={value}
      onChange={(chosen) => onChange(chosen ?? '')}
      filter={({ options, search }) =>
        (options as ComboboxItem[]).filter((option) => isNamed(option.label, search.trim()))
      }
      // Who tabs past it is not to be held up by it: a click, a key or an arrow opens the list.
      openOnFocus={false}
      // Enter takes the first that is found. On opening, too: what the library does else comes a moment later, and takes
      // back what an arrow has chosen by then.
      selectFirstOptionOnChange
      selectFirstOptionOnDropdownOpen
      nothingFoundMessage="Nothing is called that"
      comboboxProps={{ width: 340, position: 'bottom-start', withinPortal: false }}
    />
  );
}
