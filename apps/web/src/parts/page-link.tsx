import { Anchor, type AnchorProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ReactNode, Ref } from 'react';

type PlainLinkProps = AnchorProps & { readonly children?: ReactNode; readonly ref?: Ref<HTMLAnchorElement> };

function PlainLink(props: PlainLinkProps) {
  return <Anchor size="sm" {...props} />;
}

/** A link to a page of the console, in running text. */
export const PageLink = createLink(PlainLink);
