import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import type { DeviceRow } from '@muster/contracts';
import { quote } from '@muster/query';
import { IconArrowRight, IconBolt, IconBuilding } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useFocusBack } from '../actions/dialog.tsx';
import { queries } from '../api/client.ts';
import { useOrganisationNames } from '../api/use-organisation-names.ts';
import { useRememberedScope } from '../filter/scope.ts';
import { isNamed, useScopes } from '../filter/use-scopes.ts';
import { lookOf, StateMark } from '../parts/state-mark.tsx';
import { SystemIcon } from '../parts/system-icon.tsx';
import { earlyKeys } from './early-keys.ts';
import { usePageGroups } from './navigation.tsx';

const MOST_DEVICES = 8;
const MOST_PLACES = 6;
const [store, spotlight] = createSpotlight();

/** What there is to see and to do of the device that is open. */
const OF_DEVICE = [
  { label: 'Processes of this device', to: '/devices/$deviceId/processes' },
  { label: 'Software of this device', to: '/devices/$deviceId/software' },
  { label: 'Hardware of this device', to: '/devices/$deviceId/hardware' },
  { label: 'Security of this device', to: '/devices/$deviceId/security' },
  { label: 'Network of this device', to: '/devices/$deviceId/network' },
  { label: 'System of this device: accounts, hotfixes', to: '/devices/$deviceId/system' },
  { label: 'Changes of this device', to: '/devices/$deviceId/changes' },
  { label: 'Timeline of this device', to: '/devices/$deviceId/timeline' },
  { label: 'Settings of this device: rename, tag, suspend, retire', to: '/devices/$deviceId/settings' },
  { label: 'Charts of this device', to: '/devices/$deviceId' },
] as const;

/** Ctrl-K: devices by any name, address or serial; pages; places; what can be done with the device that is open. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  useEffect(() => spotlight.open(), []);
  useFocusBack();
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const { devices, isSearching } = useFoundDevices(wanted);
  const pages = usePages().filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
  const places = useFoundPlaces(text.trim());
  const whose = useOrganisationNames();
  useFirstChosen([...pages, ...devices, ...places].map((one) => ('id' in one ? one.id : one.label)).join());
  return (
    <Spotlight.Root
      store={store}
      query={text}
      onQueryChange={setText}
      shortcut={null}
      onSpotlightClose={onClose}
      scrollable
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      maxHeight={420}
      attributes={{ content: { 'aria-label': 'Search devices, pages and actions' } }}
    >
      <Spotlight.Search
        placeholder="Name, address, serial number, page or action"
        aria-label="Search devices, pages and actions"
        // A function of its own: what was typed before stands in front.
        onFocus={() => setText((now) => earlyKeys.end() + now)}
      />
      <Spotlight.ActionsList>
        {pages.length > 0 && (
          <Spotlight.ActionsGroup label="Go to">
            {pages.map(({ label, Icon, go }) => (
              <Spotlight.Action
                key={label}
                label={label}
                leftSection={<Icon size={16} aria-hidden />}
                onClick={go}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {devices.length > 0 && (
          <Spotlight.ActionsGroup label="Devices">
            {devices.map((device) => (
              <DeviceAction key={device.id} device={device} organisation={whose?.get(device.orgId)} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {places.length > 0 && (
          <Spotlight.ActionsGroup label="Devices of">
            {places.map(({ value, label, go }) => (
              <Spotlight.Action
                key={value}
                label={label}
                leftSection={<IconBuilding size={16} aria-hidden />}
                onClick={go}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {pages.length + devices.length + places.length === 0 && (
          <Spotlight.Empty>
            {isSearching || wanted !== text.trim() ? 'Searching…' : 'Nothing is called that'}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Enter opens the first of what was found, also where it was found after the last key; arrows go on from there. */
function useFirstChosen(found: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn changes with what was found.
  useEffect(() => {
    const list = document.getElementById(store.getState().listId);
    if (!list || list.querySelector('[data-selected]')) return;
    const first = list.querySelector('[data-action]');
    if (!first) return;
    first.setAttribute('data-selected', 'true');
    store.updateState((state) => ({ ...state, selected: 0 }));
  }, [found]);
}

function useFoundDevices(text: string): { devices: readonly DeviceRow[]; isSearching: boolean } {
  const query = text === '' ? '' : quote(text);
  const found = useQuery(
    queries.devices.list.queryOptions({
      input: { query, limit: MOST_DEVICES },
      enabled: text !== '',
      placeholderData: (before) => before,
    }),
  );
  if (text === '') return { devices: [], isSearching: false };
  return { devices: found.data?.items ?? [], isSearching: found.isFetching };
}

/** Organisations and sites; one that is chosen is the scope from then on. */
function useFoundPlaces(text: string) {
  const navigate = useNavigate();
  const [, remember] = useRememberedScope();
  const scopes = useScopes() ?? [];
  if (text === '' || scopes.length < 3) return [];
  const found = scopes.filter(({ value, label }) => value !== '' && isNamed(label, text));
  return found.slice(0, MOST_PLACES).map((place) => ({
    ...place,
    go: () => {
      remember(place.value);
      void navigate({ to: '/devices', search: { scope: place.value } });
    },
  }));
}

function usePages() {
  const navigate = useNavigate();
  const groups = usePageGroups();
  const { deviceId } = useParams({ strict: false });
  const pages = groups.flatMap((group) =>
    group.pages.map(({ to, label, Icon }) => ({ label, Icon, go: () => void navigate({ to }) })),
  );
  if (deviceId === undefined) return pages.map((page) => ({ ...page, Icon: page.Icon ?? IconArrowRight }));
  const params = { deviceId };
  return [
    ...OF_DEVICE.map(({ label, to }) => ({ label, Icon: IconBolt, go: () => void navigate({ to, params }) })),
    ...pages,
  ];
}

type DeviceActionProps = { readonly device: DeviceRow; readonly organisation: string | undefined };

function DeviceAction({ device, organisation }: DeviceActionProps) {
  const navigate = useNavigate();
  const name = device.displayName ?? device.hostname;
  const also = [
    organisation,
    device.displayName ? device.hostname : null,
    device.addresses[0],
    device.serialNumber,
  ];
  return (
    <Spotlight.Action
      label={name}
      description={also.filter(Boolean).join(' · ')}
      leftSection={<SystemIcon os={device.os} name={device.osName} size={16} />}
      rightSection={<StateMark look={lookOf(device)} />}
      onClick={() => void navigate({ to: '/devices/$deviceId', params: { deviceId: device.id } })}
    />
  );
}
