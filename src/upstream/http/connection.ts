// One connection to a provider. It carries one call at a time; what comes while it carries none ends it, so that nobody is
// ever given the answer to another's question.

import { checkServerIdentity } from 'node:tls';

import type { Socket } from 'bun';

import type { Address } from './address.ts';
import type { Call } from './call.ts';

export interface ConnectionEvents {
  /** It may carry another call. */
  readonly idle: (connection: Connection) => void;
  /** It is gone. */
  readonly gone: (connection: Connection) => void;
  /** It ended before it had sent the call that it was to carry: nobody has seen that, so another may carry it. */
  readonly unsent: (call: Call) => void;
}

type State = 'connecting' | 'open' | 'closed';

export class Connection {
  readonly address: Address;
  readonly #events: ConnectionEvents;
  #state: State = 'connecting';
  #socket: Socket<Connection> | undefined;
  #call: Call | undefined;
  /** The call that it carries has not been sent yet: what comes now answers nobody. */
  #due = false;
  /** What the kernel has not taken yet. */
  #unsent: Uint8Array | undefined;
  /** Monotonic milliseconds; kept by the pool. */
  idleSince = 0;

  constructor(call: Call, events: ConnectionEvents) {
    this.address = call.address;
    this.#events = events;
    this.#call = call;
    call.carriedBy(this);
    const { hostname, port, secure } = this.address;
    const tls = { serverName: hostname, rejectUnauthorized: true, ALPNProtocols: 'http/1.1' };
    Bun.connect({ hostname, port, data: this, socket: HANDLERS, ...(secure && { tls }) }).catch(
      (error: unknown) => this.closed(codeOf(error)),
    );
  }

  get usable(): boolean {
    return this.#state === 'open';
  }

  /** The request leaves with `ask`. */
  carry(call: Call): void {
    this.#call = call;
    this.#due = true;
    call.carriedBy(this);
  }

  /** Sends what it carries, unless that has been given up meanwhile. */
  ask(): void {
    this.#due = false;
    if (this.#state === 'open' && this.#call !== undefined) this.#sendRequest(this.#call);
  }

  /** The call is over: its answer has come whole, or nobody wants it. */
  release(call: Call): void {
    if (this.#call !== call) return;
    this.#call = undefined;
    if (this.#state !== 'open' || !call.leavesClean || this.#unsent !== undefined) return this.close();
    this.#events.idle(this);
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /**
   * At once, but so that what was sent arrives still: a peer that is reset may never see the request, and whoever looks at its
   * log would miss a call. Under TLS a polite end would wait for the peer's.
   */
  close(): void {
    this.#state = 'closed';
    this.#due = false;
    if (this.address.secure) this.#socket?.terminate();
    else this.#socket?.end();
    this.#events.gone(this);
  }

  opened(socket: Socket<Connection>): void {
    // Waiting for an answer is no reason for a process to stay; who waits has reasons of his own.
    socket.unref();
    this.#socket = socket;
    if (this.#state === 'closed') socket.end();
    else if (!this.address.secure) this.#begin();
  }

  /** Only now something may be said: before it nobody knows who listens. */
  shookHands(socket: Socket<Connection>, success: boolean, problem: Error | null): void {
    const wrong = problem ?? socket.getAuthorizationError();
    if (!success || wrong !== null) return this.#giveUp(wrong === null ? 'TLS_HANDSHAKE' : codeOf(wrong));
    const mistaken = checkServerIdentity(this.address.hostname, socket.getPeerCertificate());
    if (mistaken === undefined) this.#begin();
    else this.#giveUp(codeOf(mistaken));
  }

  received(bytes: Buffer): void {
    if (this.#due) this.#handBack();
    else if (this.#call === undefined) this.close();
    else this.#call.receive(bytes);
  }

  drained(): void {
    const rest = this.#unsent;
    this.#unsent = undefined;
    if (rest !== undefined) this.#send(rest);
  }

  closed(code: string): void {
    if (this.#due) return this.#handBack();
    if (this.#state === 'closed' && this.#call === undefined) return;
    this.#state = 'closed';
    const call = this.#call;
    this.#call = undefined;
    this.#events.gone(this);
    if (call === undefined) return;
    // Also where the connection had waited for too long: a peer that says nothing may have seen the request all the same, and
    // whether it is asked again is not decided here (docs/decisions/0004-one-retrier.md).
    call.hungUp(code);
  }

  #begin(): void {
    this.#state = 'open';
    this.ask();
  }

  #handBack(): void {
    const call = this.#call;
    this.#call = undefined;
    this.close();
    if (call !== undefined) this.#events.unsent(call);
  }

  #giveUp(code: string): void {
    const call = this.#call;
    this.#call = undefined;
    this.close();
    call?.breakOff(code);
  }

  #sendRequest({ request }: Call): void {
    if (request === undefined) return;
    const { text, size, bytes } = request;
    const sent = this.#socket?.write(text) ?? -1;
    if (sent >= 0 && sent < size) this.#unsent = Buffer.from(text).subarray(sent);
    if (bytes === undefined) return;
    if (this.#unsent === undefined) this.#send(bytes);
    else this.#unsent = Buffer.concat([this.#unsent, bytes]);
  }

  #send(bytes: Uint8Array): void {
    const sent = this.#socket?.write(bytes) ?? -1;
    // Closed: the socket says so itself.
    if (sent >= 0 && sent < bytes.length) this.#unsent = bytes.subarray(sent);
  }
}

/** One set for all sockets: a closure for each would be what a call costs. */
const HANDLERS = {
  open: (socket: Socket<Connection>) => socket.data.opened(socket),
  handshake: (socket: Socket<Connection>, success: boolean, problem: Error | null) =>
    socket.data.shookHands(socket, success, problem),
  data: (socket: Socket<Connection>, bytes: Buffer) => socket.data.received(bytes),
  drain: (socket: Socket<Connection>) => socket.data.drained(),
  close: (socket: Socket<Connection>, error?: unknown) =>
    socket.data.closed(error === undefined || error === null ? 'ECONNRESET' : codeOf(error)),
  error: (socket: Socket<Connection>, error: unknown) => socket.data.closed(codeOf(error)),
  connectError: (socket: Socket<Connection>, error: unknown) => socket.data.closed(codeOf(error)),
};

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'ECONNRESET';
  return 'code' in error && typeof error.code === 'string' ? error.code : 'ECONNRESET';
}
