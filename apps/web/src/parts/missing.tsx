import classes from './parts.module.css';

/** Stands where a value would be and says why there is none. */
export function Missing({ because }: { because: string }) {
  return (
    <span className={classes.missing} title={because}>
      <span aria-hidden>–</span>
      <span className={classes.hiddenText}>{because}</span>
    </span>
  );
}
