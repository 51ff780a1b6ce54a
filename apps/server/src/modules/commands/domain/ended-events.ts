import { CommandId, type OrgId } from '@muster/contracts';
import type { NewEvent } from '../../../platform/bus/event-port.ts';
import type { CommandChange } from './command-record.ts';
import { isEnded } from './state-machine.ts';

/** The events of those changes that are an end. */
export function endedEvents(changes: readonly CommandChange[], actor?: string): NewEvent[] {
  return changes
    .filter(({ from, to }) => isEnded(to.state) && !isEnded(from))
    .map(({ to }) => {
      const commandId = CommandId.parse(to.id);
      return {
        type: 'command.ended',
        orgId: to.orgId as OrgId,
        subjectId: commandId,
        payload: { commandId, name: to.name, state: to.state, deviceId: to.deviceId },
        actor,
      };
    });
}
