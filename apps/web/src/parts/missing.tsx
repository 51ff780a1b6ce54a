import { Tooltip, VisuallyHidden } from '@mantine/core';
import classes from './parts.module.css';

/** Stands where a value would be and says why there is none. */
export function Missing({ because }: { because: string }) {
  return (
    <Tooltip label={because}>
      <span className={classes.missing}>
        <span aria-hidden>–</span>
        <VisuallyHidden>{because}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}
