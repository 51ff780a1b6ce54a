import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import classes from './shell.module.css';

/** What stays wrong until a person changes it on the server, on every page of whoever may see the server's state. */
export function StandingWarnings() {
  const may = useMay('system:read');
  const { data } = useQuery(queries.system.status.queryOptions({ enabled: may, staleTime: 60_000 }));
  return data?.warnings.map((warning) => (
    <p key={warning.code} className={classes.warning}>
      <strong>Warning</strong> {warning.message}
    </p>
  ));
}
