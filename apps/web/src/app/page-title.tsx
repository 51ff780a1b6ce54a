import { Title, type TitleProps } from '@mantine/core';
import { useEffect } from 'react';

const PRODUCT = 'Muster';

type PageTitleProps = Pick<TitleProps, 'size' | 'mb'> & {
  readonly children: string;
  /** What the browser's tab says where it says more than the heading. */
  readonly tab?: string | undefined;
};

/** The heading of a page. The browser's tab says it, too: people have many of them open. */
export function PageTitle({ children, tab = children, ...look }: PageTitleProps) {
  useEffect(() => {
    document.title = `${tab} · ${PRODUCT}`;
    return () => {
      document.title = PRODUCT;
    };
  }, [tab]);
  return (
    <Title order={1} {...look}>
      {children}
    </Title>
  );
}
