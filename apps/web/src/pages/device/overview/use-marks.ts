import type { DeviceId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { commandTitle } from '../../../actions/follow-command.ts';
import { queries } from '../../../api/client.ts';
import { COMMAND_CATALOGUE } from '../../../api/contract.gen.ts';
import { useMay } from '../../../api/session.ts';

/** Something that happened, drawn on the charts. `atS` is seconds since the epoch. */
export type Mark = { readonly atS: number; readonly label: string };

const MOST = 200;

/** Commands of a device that changed something, within a window. */
export function useMarks(deviceId: DeviceId, fromS: number, toS: number): readonly Mark[] {
  const may = useMay('commands:read');
  const { data } = useQuery(
    queries.commands.list.queryOptions({
      input: { deviceId, limit: MOST },
      enabled: may,
      refetchInterval: 30_000,
    }),
  );
  const all = useMemo(() => {
    const isChange = (name: string) =>
      !(name in COMMAND_CATALOGUE) ||
      COMMAND_CATALOGUE[name as keyof typeof COMMAND_CATALOGUE].risk !== 'read';
    return (data?.items ?? [])
      .filter(({ name }) => isChange(name))
      .map(({ name, state, createdAt }) => ({
        atS: Date.parse(createdAt) / 1000,
        label: `${commandTitle(name)}: ${state}`,
      }));
  }, [data]);
  return useMemo(() => all.filter(({ atS }) => atS >= fromS && atS <= toS), [all, fromS, toS]);
}
