import type { StateFolder } from '../identity/state-folder.ts';
import type { InstanceName } from '../os/os.ts';
import type { Instance } from '../wire/messages.gen.ts';

const FILE = 'instances.json';
/** More names than a real machine has: beyond it new ones are not measured, so that churn cannot fill the disk. */
const MAX_INSTANCES = 1024;

/** Numbers for disks, interfaces and sensors: given once, kept as long as this agent is installed. */
export class InstanceNumbers {
  readonly #folder: StateFolder;
  readonly #known = new Map<string, Instance>();
  readonly #numbers = new WeakMap<InstanceName, number>();
  #hasNews = false;

  constructor(folder: StateFolder) {
    this.#folder = folder;
    for (const instance of folder.readJson<Instance[]>(FILE) ?? [])
      this.#known.set(keyOf(instance), instance);
  }

  /** The instance's number, or undefined when there are too many. `name` is an object that the collector keeps. */
  numberOf(name: InstanceName): number | undefined {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const instance = this.#known.get(keyOf(name)) ?? this.#add(name);
    if (!instance) return undefined;
    if (instance.detail !== name.detail) this.#change(instance, name.detail);
    this.#numbers.set(name, instance.instance);
    return instance.instance;
  }

  all(): Instance[] {
    return [...this.#known.values()];
  }

  /** True once after names were added or changed: they are saved and want to be sent. */
  takeNews(): boolean {
    const hadNews = this.#hasNews;
    this.#hasNews = false;
    if (hadNews) this.#folder.writeJson(FILE, this.all());
    return hadNews;
  }

  #add({ kind, name, detail }: InstanceName): Instance | undefined {
    if (this.#known.size >= MAX_INSTANCES) return undefined;
    const instance = { instance: this.#known.size + 1, kind, name, detail };
    this.#known.set(keyOf(instance), instance);
    this.#hasNews = true;
    return instance;
  }

  #change(instance: Instance, detail: string): void {
    instance.detail = detail;
    this.#hasNews = true;
  }
}

function keyOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`;
}
