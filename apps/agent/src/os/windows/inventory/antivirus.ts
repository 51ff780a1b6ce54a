import type { Finding } from '../../../inventory/item.ts';
import { instantOf, numberOf, type RegistryTree, textOf } from './registry-tree.ts';

const PROVIDERS = 'SOFTWARE\\Microsoft\\Security Center\\Provider\\Av';
const DEFENDER = 'SOFTWARE\\Microsoft\\Windows Defender';
const DEFENDER_POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows Defender';
/** Under which Defender registers itself; its display name has changed with Windows. */
const DEFENDER_ID = '{d68ddc3a-831f-4fae-9e44-da132c1acf46}';
const DEFENDER_NAME = 'Microsoft Defender';

/** What is asked: the registry, and whether there is a program at a path. */
export type AntivirusSource = {
  readonly registry: RegistryTree;
  isThere(path: string): boolean;
};

type State = 'on' | 'off' | 'partly' | 'unknown';

/** What the bits of a registration's STATE say. */
export type Registration = {
  readonly state: State;
  readonly definitionsCurrent: boolean | null;
};

/** From the least to the most that a product of several registrations claims. */
const CLAIMS: readonly State[] = ['unknown', 'off', 'partly', 'on'];

/** WSC_SECURITY_PRODUCT_STATE (iwscapi.h): off, on, snoozed by somebody, expired and so of no use. */
const STATES: readonly State[] = ['off', 'on', 'partly', 'off'];

/**
 * The number that the Security Center keeps for a product, the `productState` of WMI: four bits each, from the right,
 * nothing, whether the definitions are old, whether it belongs to Windows, and the state. What it has no name for is unknown.
 */
export function decodeRegistration(bits: number | null): Registration {
  if (bits === null) return { state: 'unknown', definitionsCurrent: null };
  const definitions = (bits >> 4) & 0xf;
  return {
    state: STATES[(bits >> 12) & 0xf] ?? 'unknown',
    definitionsCurrent: definitions > 1 ? null : definitions === 0,
  };
}

/**
 * IV-5: Defender by its own settings, and every product that has registered with the Security Center, which Windows for
 * servers does not have. A Defender that has stood back for a product that is on is not listed: it is not what protects.
 */
export function readAntivirus(source: AntivirusSource, finding: Finding): void {
  const products = readRegistrations(source);
  const defender = products.get(DEFENDER_ID);
  products.delete(DEFENDER_ID);
  const isElseOn = [...products.values()].some(({ state }) => state === 'on');
  addDefender(source.registry, finding, { registration: defender, isElseOn });
  for (const [name, { state, definitionsCurrent }] of products) {
    finding.add('antivirus', name, {
      ...{ state, version: null, definitionsAt: null, definitionsVersion: null, definitionsCurrent },
      realTime: state === 'unknown' ? null : state === 'on',
    });
  }
}

/** By name, Defender's under its identifier. Of several registrations of a product the strongest claim counts. */
function readRegistrations({ registry, isThere }: AntivirusSource): Map<string, Registration> {
  const products = new Map<string, Registration>();
  for (const id of registry.keys({ path: PROVIDERS })) {
    const values = registry.values({ path: `${PROVIDERS}\\${id}` });
    const name = id.toLowerCase() === DEFENDER_ID ? DEFENDER_ID : textOf(values, 'DISPLAYNAME');
    const programs = [textOf(values, 'PRODUCTEXE'), textOf(values, 'REPORTINGEXE')];
    if (name === null || !mayBeThere(programs, isThere)) continue;
    const found = decodeRegistration(numberOf(values, 'STATE'));
    const known = products.get(name);
    if (!known || CLAIMS.indexOf(found.state) > CLAIMS.indexOf(known.state)) products.set(name, found);
  }
  return products;
}

/** Products that were removed badly stay registered as they last were; paths that are not plain are taken on trust. */
function mayBeThere(programs: readonly (string | null)[], isThere: (path: string) => boolean): boolean {
  const named = programs.filter((path) => path !== null).map((path) => path.replace(/^"([^"]*)".*$/, '$1'));
  return named.length === 0 || named.some((path) => !/^[a-z]:\\[^%]*\.exe$/i.test(path) || isThere(path));
}

type Standing = { readonly registration: Registration | undefined; readonly isElseOn: boolean };

function addDefender(registry: RegistryTree, finding: Finding, { registration, isElseOn }: Standing): void {
  const own = registry.values({ path: DEFENDER });
  if (!own && !registration) return;
  const either = (name: string, below = '') =>
    numberOf(registry.values({ path: `${DEFENDER_POLICY}${below}` }), name) ??
    numberOf(registry.values({ path: `${DEFENDER}${below}` }), name) ??
    0;
  const isOff =
    registration?.state === 'off' || either('DisableAntiSpyware') === 1 || either('DisableAntiVirus') === 1;
  if (isOff && isElseOn) return;
  const realTime =
    !isOff &&
    registration?.state !== 'partly' &&
    either('DisableRealtimeMonitoring', '\\Real-Time Protection') === 0;
  const definitions = registry.values({ path: `${DEFENDER}\\Signature Updates` });
  const at = definitions?.SignaturesLastUpdated;
  finding.add('antivirus', DEFENDER_NAME, {
    state: isOff ? 'off' : realTime ? 'on' : 'partly',
    version: textOf(definitions, 'EngineVersion'),
    definitionsAt: at instanceof Uint8Array && at.length >= 8 ? instantOf(ticksOf(at)) : null,
    definitionsVersion: textOf(definitions, 'AVSignatureVersion'),
    definitionsCurrent: registration?.definitionsCurrent ?? null,
    realTime,
  });
}

const ticksOf = (bytes: Uint8Array): bigint =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(0, true);
