import { ActionIcon, Combobox, Kbd, TextInput, useCombobox } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type Completion, type CompletionItem, check, type FieldCatalogue, parse } from '@muster/query';
import { IconFilter, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { useFieldCatalogue } from './field-catalogue.ts';
import classes from './filter.module.css';
import { useCompletion } from './use-completion.ts';

/** A text that is surely right is applied after this pause, without Enter. */
const APPLY_AFTER_MS = 450;

type FilterBoxProps = {
  readonly text: string;
  readonly onApply: (text: string) => void;
  /** What it asks for, where it is not the filter of the devices list. */
  readonly label?: string;
  /** Told each keystroke: a form saves what stands in the box, not what was last asked for. */
  readonly onType?: (text: string) => void;
};

/** Where the query is typed, with completion from fields and fleet. */
export function FilterBox({ text, onApply, label = 'Filter devices', onType }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const caretTo = useRef<number>(undefined);
  const catalogue = useFieldCatalogue();
  const { draft, setDraft, caret, setCaret, apply, ask } = useDraft(text, onApply);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const completion = useCompletion(draft, caret, catalogue);
  const isNaming = combobox.dropdownOpened && namesField(draft, completion);
  useApplyLater(draft, () => {
    if (!isNaming && draft.trim() !== text && isSurelyGood(draft, catalogue)) ask(draft);
  });
  useHotkeys([['/', () => input.current?.focus()]]);
  // Before the next keystroke, which must land behind what was taken.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret moves with the text.
  useLayoutEffect(() => {
    if (caretTo.current !== undefined) input.current?.setSelectionRange(caretTo.current, caretTo.current);
    caretTo.current = undefined;
  }, [draft]);
  const type = (value: string, at: number) => {
    setDraft(value);
    onType?.(value);
    setCaret(at);
    combobox.openDropdown();
  };
  const take = (index: string) => {
    const item = completion.items[Number(index)];
    if (!item || completion.of !== draft) return;
    const at = completion.from + item.insert.length;
    type(draft.slice(0, completion.from) + item.insert + draft.slice(completion.to), at);
    caretTo.current = at;
  };
  const endWord = useEndWord(draft, completion, take);
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = combobox.getSelectedOptionIndex();
    const isEnding = event.key === 'Tab' && !event.shiftKey && combobox.dropdownOpened;
    if (isEnding && isToTake(draft, completion, chosen)) {
      event.preventDefault();
      endWord(Math.max(0, chosen));
    }
    if (event.key === 'Enter' && (!combobox.dropdownOpened || chosen < 0)) {
      // Inside a form, Enter asks; it does not send the form.
      event.preventDefault();
      combobox.closeDropdown();
      apply(draft);
    }
    if (event.key === 'Escape' && !combobox.dropdownOpened) input.current?.blur();
  };
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={take}
      withinPortal={false}
      position="bottom-start"
      width="target"
    >
      <Combobox.Target>
        <TextInput
          ref={input}
          className={classes.box}
          aria-label={label}
          placeholder="Filter: a name, or os = linux and disk.free < 10%"
          autoComplete="off"
          spellCheck={false}
          leftSection={<IconFilter size={15} aria-hidden />}
          rightSection={draft === '' ? <Kbd aria-hidden>/</Kbd> : <ClearButton onClear={() => apply('')} />}
          value={draft}
          onChange={({ currentTarget }) => type(currentTarget.value, currentTarget.selectionStart ?? 0)}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={press}
        />
      </Combobox.Target>
      <Proposals items={completion.items} />
    </Combobox>
  );
}

function Proposals({ items }: { items: readonly CompletionItem[] }) {
  return (
    <Combobox.Dropdown hidden={items.length === 0}>
      {/* Browsers stop at whatever scrolls; arrows lead here. */}
      <Combobox.Options mah={300} tabIndex={-1} className={classes.options} aria-label="What can stand here">
        {items.map((item, index) => (
          <Proposal key={`${item.kind} ${item.label}`} item={item} index={index} />
        ))}
      </Combobox.Options>
    </Combobox.Dropdown>
  );
}

function Proposal({ item, index }: { item: CompletionItem; index: number }) {
  return (
    <Combobox.Option value={String(index)} className={classes.option}>
      <span className={classes.optionLabel}>{item.label}</span>
      {item.detail && <span className={classes.optionDetail}>{item.detail}</span>}
    </Combobox.Option>
  );
}

function ClearButton({ onClear }: { onClear: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Clear the filter" onClick={onClear}>
      <IconX size={14} aria-hidden />
    </ActionIcon>
  );
}

/** What is typed, ahead of what is asked for; a text from elsewhere (the URL, a chip) replaces it. */
function useDraft(text: string, onApply: (text: string) => void) {
  const [draft, setDraft] = useState(text);
  const [caret, setCaret] = useState(text.length);
  // What comes back by the URL because it was asked for here must not undo what was typed since.
  const asked = useRef(text);
  const ask = (value: string) => {
    asked.current = value.trim();
    onApply(asked.current);
  };
  const apply = (value: string) => {
    setDraft(value);
    ask(value);
  };
  useEffect(() => {
    if (text === asked.current) return;
    asked.current = text;
    setDraft(text);
  }, [text]);
  return { draft, setDraft, caret, setCaret, apply, ask };
}

function useApplyLater(draft: string, apply: () => void): void {
  const applyNow = useEffectEvent(apply);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each keystroke begins the pause anew.
  useEffect(() => {
    const timer = window.setTimeout(() => applyNow(), APPLY_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, [draft]);
}

/** Ends the word by one of the items: as soon as it is known what can end it, unless somebody types on until then. */
function useEndWord(draft: string, completion: Completion & { of: string }, take: (index: string) => void) {
  const [ended, setEnded] = useState<string>();
  const takeFirst = useEffectEvent(() => take('0'));
  useEffect(() => {
    if (ended === undefined || completion.of !== draft) return;
    if (ended === draft && completion.from < completion.to) takeFirst();
    setEnded(undefined);
  }, [ended, draft, completion]);
  return (index: number) => (completion.of === draft ? take(String(index)) : setEnded(draft));
}

/** Whether Tab ends a word that was begun, or takes what the arrows chose; else it leads out of the box as anywhere. */
function isToTake(
  draft: string,
  { from, to, items, of }: Completion & { of: string },
  chosen: number,
): boolean {
  // What can end the last keystrokes may not be known yet: the word is not left for that.
  return of !== draft || (items.length > 0 && (chosen >= 0 || from < to));
}

/** True while the word at the caret may become the name of a field: it is no search for that word yet. */
function namesField(draft: string, { from, to, items }: Completion): boolean {
  const word = draft.slice(from, to).toLowerCase();
  return word !== '' && items.some(({ kind, label }) => kind === 'field' && label.startsWith(word));
}

/** The server knows more forms than its list of fields tells; those are applied by Enter. */
function isSurelyGood(text: string, catalogue: FieldCatalogue): boolean {
  const tree = parse(text);
  return tree.ok && check(tree.value, catalogue).ok;
}
