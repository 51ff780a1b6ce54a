import type { Socket } from 'node:net';
import { type Conditions, travelTime } from './conditions.ts';

/** When the line of one direction is free again; shared by the lanes of all connections. */
export interface LineClock {
  freeAt: number;
}

/** One direction of one connection: what is read from `from` reaches `to` in order, late, and at the line's pace. */
export interface Lane {
  /** Looks at the conditions again after they changed. */
  update(): void;
  close(): void;
}

interface LaneOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly conditions: Conditions;
  readonly clock: LineClock;
  readonly passed: (bytes: number) => void;
}

/** Beyond this much under way the source is not read, so that a slow line pushes back as a real one does. */
const UNDER_WAY_BYTES = 256 * 1024;

/** An entry without bytes is the end of the stream. */
interface Piece {
  readonly bytes: Buffer | undefined;
  readonly dueAt: number;
}

/** Connects one direction and begins to pass bytes on. */
export function createLane(options: LaneOptions): Lane {
  const { from, to, conditions, clock } = options;
  const pieces: Piece[] = [];
  let underWay = 0;
  let lastDue = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let blocked = false;

  const steer = () => {
    if (conditions.blackhole || blocked || underWay > UNDER_WAY_BYTES) from.pause();
    else from.resume();
  };
  const deliver = () => {
    timer = undefined;
    while (pieces.length > 0 && !conditions.blackhole && !blocked) {
      const piece = pieces[0] as Piece;
      const wait = piece.dueAt - performance.now();
      if (wait > 0) {
        timer = setTimeout(deliver, wait);
        break;
      }
      pieces.shift();
      if (piece.bytes === undefined) to.end();
      else send(piece.bytes);
    }
    steer();
  };
  const send = (bytes: Buffer) => {
    underWay -= bytes.length;
    options.passed(bytes.length);
    blocked = !to.write(bytes);
  };
  const accept = (bytes: Buffer | undefined) => {
    const now = performance.now();
    const size = bytes?.length ?? 0;
    const rate = conditions.bytesPerSecond;
    clock.freeAt = Math.max(clock.freeAt, now) + (rate === undefined ? 0 : (size * 1000) / rate);
    lastDue = Math.max(lastDue, clock.freeAt + travelTime(conditions));
    pieces.push({ bytes, dueAt: lastDue });
    underWay += size;
    if (timer === undefined) deliver();
  };

  from.on('data', accept);
  from.on('end', () => accept(undefined));
  to.on('drain', () => {
    blocked = false;
    deliver();
  });
  steer();
  return {
    update: () => {
      clearTimeout(timer);
      deliver();
    },
    close: () => clearTimeout(timer),
  };
}
