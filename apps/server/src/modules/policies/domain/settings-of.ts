import { create } from '@bufbuild/protobuf';
import { effectiveValues, type PolicyValues } from '@muster/contracts/policies';
import { type Settings, SettingsSchema } from '@muster/contracts/wire';

/** What an agent is told for these policy values; what no policy sets is the rhythm of foundations, section 4. */
export function settingsOf(values: PolicyValues | null): Settings {
  const { checkInInterval, inventoryInterval, keyMaxAge } = effectiveValues(values);
  return create(SettingsSchema, {
    checkInIntervalS: checkInInterval,
    beaconIntervalS: checkInInterval,
    inventoryIntervalS: inventoryInterval,
    keyMaxAgeS: keyMaxAge,
    sampleIntervalMs: 10_000,
    pingIntervalS: 15,
  });
}
