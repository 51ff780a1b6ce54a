import { UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import classes from './enrolment.module.css';
import { EXPIRIES } from './token-input.ts';
import type { TokenOptionsProps } from './token-options-props.ts';

const OptionFields = lazy(() => import('./option-fields.tsx'));

/** What the token behind the line allows; closed at first, because the default is right for one machine. */
export function TokenOptions(props: TokenOptionsProps) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const { options } = props;
  const sum = [
    options.uses === 'one'
      ? 'one machine'
      : options.uses === 'any'
        ? 'any number'
        : `${options.count} machines`,
    EXPIRIES.find(({ value }) => value === String(options.expiresInMs))?.label,
    ...(options.needsApproval ? ['approval needed'] : []),
    ...options.tags,
  ];
  return (
    <div>
      <UnstyledButton className={classes.disclose} onClick={toggle} aria-expanded={isOpen}>
        {isOpen ? <IconChevronDown size={15} aria-hidden /> : <IconChevronRight size={15} aria-hidden />}
        Options: {sum.join(' · ')}
      </UnstyledButton>
      {isOpen && (
        <Suspense>
          <OptionFields {...props} />
        </Suspense>
      )}
    </div>
  );
}
