import type { Device } from '@muster/contracts';
import type { Command } from 'commander';
import { EXIT, Failure } from '../../failure.ts';
import { findPlace } from '../../places.ts';
import { getDevice, openSession, writerFor } from '../../session.ts';

type Json = { json?: boolean };
type Reasoned = Json & { reason?: string };

/** What `muster devices` changes about one device: its name, its place, and whether it is let in. */
export function addDeviceChanges(devices: Command): void {
  addRecord(devices);
  for (const [verb, what] of [
    ['approve', 'let a pending device in'],
    ['resume', 'let a suspended device back in'],
  ] as const) {
    devices
      .command(`${verb} <device>`)
      .description(what)
      .option('--json', 'print JSON')
      .action(async (name: string, options: Json) => {
        const { client, output } = openSession(options);
        const { id: deviceId } = await getDevice(client, name);
        const device = await client.devices[verb]({ deviceId });
        output.item(device, `${nameOf(device)} is ${device.lifecycle}.`);
      });
  }
  for (const [verb, what] of [
    ['suspend', 'cut a device off until it is resumed'],
    ['revoke', "make a device's key worthless"],
    ['retire', 'end a device and keep its history'],
  ] as const) {
    devices
      .command(`${verb} <device>`)
      .description(what)
      .option('--reason <text>', 'why; kept in the audit log')
      .option('--json', 'print JSON')
      .action(async (name: string, options: Reasoned) => {
        const { client, output } = openSession(options);
        const { id: deviceId } = await getDevice(client, name);
        const device = await client.devices[verb]({ deviceId, reason: options.reason });
        output.item(device, `${nameOf(device)} is ${device.lifecycle}.`);
      });
  }
}

function addRecord(devices: Command): void {
  devices
    .command('rename <device> [name]')
    .description('call a device something else; without a name, as it calls itself')
    .option('--json', 'print JSON')
    .action(async (wanted: string, name: string | undefined, options: Json) => {
      const { client, output } = openSession(options);
      const before = await getDevice(client, wanted);
      const change = { deviceId: before.id, displayName: name ?? null };
      const device = await writerFor(before).devices.update(change);
      output.item(device, `${device.hostname} is called ${nameOf(device)} now.`);
    });
  devices
    .command('move <device> <site>')
    .description('move a device to another site of its organisation')
    .option('--json', 'print JSON')
    .action(async (wanted: string, place: string, options: Json) => {
      const { client, output } = openSession(options);
      const before = await getDevice(client, wanted);
      const { siteId } = await findPlace(client, { org: before.orgId, site: place });
      if (siteId === null) throw new Failure(EXIT.usage, `Name a site of ${before.orgName}, not “${place}”.`);
      const device = await writerFor(before).devices.update({ deviceId: before.id, siteId });
      output.item(device, `${nameOf(device)} is at ${device.siteName} now.`);
    });
  devices
    .command('transfer <device> <site>')
    .description('give a device to another organisation; its history stays')
    .option('--org <organisation>', 'that the site belongs to, where several have one of that name')
    .option('--reason <text>', 'why; kept in both audit logs')
    .option('--json', 'print JSON')
    .action(transfer);
}

async function transfer(name: string, place: string, options: Reasoned & { org?: string }): Promise<void> {
  const { client, output } = openSession(options);
  const { id: deviceId } = await getDevice(client, name);
  const { siteId } = await findPlace(client, { org: options.org, site: place });
  if (siteId === null)
    throw new Failure(EXIT.usage, `Name a site of the other organisation, not “${place}”.`);
  const moved = await client.devices.transfer({ deviceId, siteId, reason: options.reason });
  const { orgName, siteName } = moved.device;
  output.item(moved, `${nameOf(moved.device)} belongs to ${orgName} now, at ${siteName}.`);
}

const nameOf = ({ displayName, hostname }: Device): string => displayName ?? hostname;
