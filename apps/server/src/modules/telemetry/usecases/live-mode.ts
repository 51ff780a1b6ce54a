import { create } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import { LiveModeSchema, type ServerFrame, ServerFrameSchema } from '@muster/contracts/wire';
import type { NodePort } from '../../../platform/gateway/ports.ts';
import type { HotStore } from '../domain/hot-store.ts';

const INTERVAL_MS = 1_000;
/** The agent falls back by itself after this long; renewed at half of it while somebody looks. */
const DURATION_MS = 20_000;

const frame = (intervalMs: number): ServerFrame =>
  create(ServerFrameSchema, {
    body: { case: 'liveMode', value: create(LiveModeSchema, { intervalMs, durationMs: DURATION_MS }) },
  });

/** Keeps devices at one sample a second while at least one person watches them. One timer for all of them. */
export class LiveMode {
  readonly #watchers = new Map<DeviceId, number>();
  #renewal: Timer | undefined;

  constructor(
    private readonly node: NodePort,
    private readonly hot: HotStore,
  ) {}

  isWatched(deviceId: DeviceId): boolean {
    return this.#watchers.has(deviceId);
  }

  /** One more pair of eyes; returns what takes it away again (idempotent). */
  watch(deviceId: DeviceId): () => void {
    const before = this.#watchers.get(deviceId) ?? 0;
    this.#watchers.set(deviceId, before + 1);
    if (before === 0) {
      this.hot.setLive(deviceId, true);
      this.node.send(deviceId, frame(INTERVAL_MS));
    }
    this.#renewal ??= setInterval(() => this.#renew(), DURATION_MS / 2);
    let done = false;
    return () => {
      if (done) return;
      done = true;
      this.#leave(deviceId);
    };
  }

  /** A watched device came back: its agent does not remember that somebody looks. */
  reconnected(deviceId: DeviceId): void {
    if (this.#watchers.has(deviceId)) this.node.send(deviceId, frame(INTERVAL_MS));
  }

  stop(): void {
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  #renew(): void {
    for (const deviceId of this.#watchers.keys()) this.node.send(deviceId, frame(INTERVAL_MS));
  }

  #leave(deviceId: DeviceId): void {
    const left = (this.#watchers.get(deviceId) ?? 1) - 1;
    if (left > 0) {
      this.#watchers.set(deviceId, left);
      return;
    }
    this.#watchers.delete(deviceId);
    this.hot.setLive(deviceId, false);
    this.node.send(deviceId, frame(0));
    if (this.#watchers.size === 0) this.stop();
  }
}
