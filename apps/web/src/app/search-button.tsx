import { Kbd, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import classes from './shell.module.css';

/** The one search box: opens the palette, which finds devices, pages and actions. */
export function SearchButton({ onClick }: { onClick: () => void }) {
  return (
    <UnstyledButton
      className={classes.search}
      onClick={onClick}
      aria-label="Search devices, pages and actions"
    >
      <IconSearch size={15} aria-hidden />
      <span className={classes.searchText}>Search devices, pages, actions</span>
      <Kbd size="xs" className={classes.searchKeys} aria-hidden>
        Ctrl K
      </Kbd>
    </UnstyledButton>
  );
}
