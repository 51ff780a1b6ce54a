import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { PageTitle } from '../../app/page-title.tsx';
import classes from './doorway.module.css';

/** The frame of pages that stand before the console. */
export function Doorway({ title, children, wide }: { title: string; children: ReactNode; wide?: boolean }) {
  return (
    <main className={classes.ground}>
      <div className={classes.brand}>
        <img src="/icon.svg" alt="" width={28} height={28} />
        <span>Muster</span>
      </div>
      <Paper className={classes.card} data-wide={wide} withBorder>
        <PageTitle size="h3" mb="md">
          {title}
        </PageTitle>
        {children}
      </Paper>
    </main>
  );
}
