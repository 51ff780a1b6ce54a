import type { PresenceReason } from '@muster/contracts';
import type { DeviceLink, PresencePort } from '../ports.ts';

const REASONS: Readonly<Record<string, PresenceReason>> = Object.freeze({
  shutdown: 'shut_down',
  reboot: 'rebooting',
  sleep: 'asleep',
  stop: 'agent_stopped',
  update: 'agent_stopped',
  uninstall: 'agent_stopped',
});

/** What presence says after a goodbye; a word from a newer agent counts as its being stopped. */
export function goodbyeReason(reason: string): PresenceReason {
  return REASONS[reason] ?? 'agent_stopped';
}

/** Tells presence that the device leaves; an uninstall is for good. */
export function sayGoodbye(presence: PresencePort, link: DeviceLink, reason: string): void {
  if (reason === 'uninstall') presence.uninstalled(link);
  else presence.goodbye(link, goodbyeReason(reason));
}
