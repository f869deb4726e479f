// The bench's fake provider: raw sockets and bytes made beforehand, since it shares a core with the load generator.
// The last part of the model's name says how it answers (wire.ts). Prints its port. Usage: bun bench/upstream.ts

import type { Socket } from 'bun';
import { HOLD_PACE_MS, MODELS, PACE_MS, PIECES, type BenchModel } from './wire.ts';

interface Peer {
  /** Bytes of a request that has not arrived whole. */
  inbox: Buffer | undefined;
  pieces: readonly Buffer[];
  /** The next piece to write, and how much of it the kernel already took. */
  index: number;
  offset: number;
}
type PeerSocket = Socket<Peer>;

const HEAD_END = Buffer.from('\r\n\r\n');
const MODEL = new RegExp(`"model": ?"(?:[^"]*[/-])?(${MODELS.join('|')})"`);
const NO_MODEL = Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');

/** Writes up to `most` pieces; on a full socket the rest waits for drain. */
function write(socket: PeerSocket, most: number): void {
  const peer = socket.data;
  for (let left = most; left > 0 && peer.index < peer.pieces.length; left--) {
    const piece = peer.pieces[peer.index];
    if (!piece) return;
    const taken = socket.write(piece, peer.offset);
    if (taken < 0) return;
    if (peer.offset + taken < piece.length) {
      peer.offset += taken;
      return;
    }
    peer.index += 1;
    peer.offset = 0;
  }
}

/**
 * Gives each of its streams an event once in `paceMs`. A slot per millisecond: streams spread evenly instead of all
 * speaking at once.
 */
class Wheel {
  readonly #slots: readonly Set<PeerSocket>[];
  readonly #slotOf = new Map<PeerSocket, Set<PeerSocket>>();
  #ticks = Math.floor(performance.now());
  #next = 0;

  constructor(paceMs: number) {
    this.#slots = Array.from({ length: paceMs }, () => new Set<PeerSocket>());
  }

  join(socket: PeerSocket): void {
    const slot = this.#slots[this.#next++ % this.#slots.length];
    if (!slot) return;
    slot.add(socket);
    this.#slotOf.set(socket, slot);
  }

  leave(socket: PeerSocket): void {
    this.#slotOf.get(socket)?.delete(socket);
    this.#slotOf.delete(socket);
  }

  has(socket: PeerSocket): boolean {
    return this.#slotOf.has(socket);
  }

  /** Serves every millisecond since the last turn, so that a late timer makes no stream miss its event. */
  turn(): void {
    const now = Math.floor(performance.now());
    for (; this.#ticks < now; this.#ticks++) {
      for (const socket of this.#slots[this.#ticks % this.#slots.length] ?? []) {
        write(socket, 1);
        if (socket.data.index >= socket.data.pieces.length) this.leave(socket);
      }
    }
  }
}

const WHEELS: Partial<Record<BenchModel, Wheel>> = {
  paced: new Wheel(PACE_MS),
  hold: new Wheel(HOLD_PACE_MS),
};
const wheels = Object.values(WHEELS);

function leave(socket: PeerSocket): void {
  for (const wheel of wheels) wheel.leave(socket);
}

function answer(socket: PeerSocket, request: string): void {
  const model = MODEL.exec(request)?.[1] as BenchModel | undefined;
  if (!model) {
    socket.write(NO_MODEL);
    return;
  }
  const peer = socket.data;
  peer.pieces = PIECES[model];
  peer.index = 0;
  peer.offset = 0;
  const wheel = WHEELS[model];
  write(socket, wheel ? 1 : peer.pieces.length);
  wheel?.join(socket);
}

/** Whether the bytes hold a whole request. Every subject sends a content length. */
function isWhole(bytes: Buffer): boolean {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headEnd))?.[1];
  return bytes.length >= headEnd + HEAD_END.length + Number(length ?? 0);
}

const server = Bun.listen<Peer>({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    open(socket) {
      socket.data = { inbox: undefined, pieces: [], index: 0, offset: 0 };
    },
    data(socket, bytes) {
      const peer = socket.data;
      const request = peer.inbox ? Buffer.concat([peer.inbox, bytes]) : bytes;
      if (!isWhole(request)) {
        peer.inbox = request;
        return;
      }
      peer.inbox = undefined;
      answer(socket, request.toString('latin1'));
    },
    drain(socket) {
      if (!wheels.some((wheel) => wheel.has(socket))) write(socket, socket.data.pieces.length);
    },
    close: leave,
    error: leave,
  },
});
setInterval(() => {
  for (const wheel of wheels) wheel.turn();
}, 1);
console.log(server.port);
