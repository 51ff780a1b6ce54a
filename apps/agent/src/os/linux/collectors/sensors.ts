import { readdirSync } from 'node:fs';
import type { Collector, InstanceKind, InstanceName, SampleSink } from '../../os.ts';
import { ProcFile, readText } from '../proc-file.ts';

const LOOK_EVERY_MS = 10 * 60_000;
const MAX_SENSORS = 64;

type Sensor = {
  readonly instance: InstanceName;
  readonly metric: 'temperature' | 'fan' | 'voltage';
  readonly file: ProcFile;
  readonly scale: number;
};

const KINDS: readonly { prefix: string; kind: InstanceKind & Sensor['metric']; scale: number }[] = [
  { prefix: 'temp', kind: 'temperature', scale: 0.001 },
  { prefix: 'fan', kind: 'fan', scale: 1 },
  { prefix: 'in', kind: 'voltage', scale: 0.001 },
];

/** TM-2: temperatures, fans and voltages that the kernel's hwmon interface offers; else its thermal zones. */
export function createSensorCollector(root: string, now: () => number): Collector {
  let sensors: Sensor[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'sensors',
    essential: false,
    sample(sink: SampleSink) {
      if (now() - lookedAt >= LOOK_EVERY_MS) {
        lookedAt = now();
        for (const sensor of sensors) sensor.file.close();
        sensors = findSensors(root);
      }
      for (const { file, instance, metric, scale } of sensors) {
        try {
          const value = Number.parseInt(file.read(), 10) * scale;
          if (Number.isFinite(value)) sink.instance(instance, metric, value);
        } catch {
          // a sensor may be asleep with its device; it is tried again at the next sample
        }
      }
    },
  };
}

function findSensors(root: string): Sensor[] {
  const found = list(`${root}/sys/class/hwmon`).flatMap((chip) =>
    chipSensors(`${root}/sys/class/hwmon/${chip}`),
  );
  const sensors = found.some((sensor) => sensor.metric === 'temperature')
    ? found
    : [...found, ...zones(root)];
  return withUniqueNames(sensors).slice(0, MAX_SENSORS);
}

function chipSensors(folder: string): Sensor[] {
  const chip = readText(`${folder}/name`) ?? 'hwmon';
  return list(folder).flatMap((entry) => {
    const [, prefix, number] = /^([a-z]+)(\d+)_input$/.exec(entry) ?? [];
    const found = KINDS.find((one) => one.prefix === prefix);
    if (!found) return [];
    const label = readText(`${folder}/${prefix}${number}_label`) ?? `${prefix}${number}`;
    return [
      {
        instance: { kind: found.kind, name: `${chip} ${label}`, detail: entry.replace('_input', '') },
        metric: found.kind,
        file: new ProcFile(`${folder}/${entry}`),
        scale: found.scale,
      },
    ];
  });
}

function zones(root: string): Sensor[] {
  const folder = `${root}/sys/class/thermal`;
  return list(folder)
    .filter((name) => name.startsWith('thermal_zone'))
    .map((name) => ({
      instance: { kind: 'temperature', name: readText(`${folder}/${name}/type`) ?? name, detail: name },
      metric: 'temperature',
      file: new ProcFile(`${folder}/${name}/temp`),
      scale: 0.001,
    }));
}

/** Two chips of one kind (two disks, two processors) have the same name: the second is told apart by a number. */
function withUniqueNames(sensors: readonly Sensor[]): Sensor[] {
  const seen = new Map<string, number>();
  return sensors.map((sensor) => {
    const key = `${sensor.instance.kind} ${sensor.instance.name}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count === 1) return sensor;
    return { ...sensor, instance: { ...sensor.instance, name: `${sensor.instance.name} #${count}` } };
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  } catch {
    return [];
  }
}
