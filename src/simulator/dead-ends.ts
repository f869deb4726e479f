// Addresses at which no HTTP answer is to be had: refused, unresolvable, silent, or with a certificate that nobody may
// accept. They complete the table of faults: a server cannot play them by answering.

import { makeCertificate } from './certificate.ts';
import { openListeningSocket } from './listening-socket.ts';

export interface DeadEnd {
  /** A base URL. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface BadTls extends DeadEnd {
  /** PEM. A client that trusts it still has the other fault of the certificate to find. */
  readonly certificate: string;
  /** Requests that were made over it all the same: must stay 0. */
  requests(): number;
}

export type BadTlsKind = 'expired' | 'wrong-host' | 'untrusted';

const HOST = '127.0.0.1';
const HOUR_MS = 3_600_000;
/** Connections that fill the queue of a black hole; Linux takes one more than it is told. */
const FILLERS_MAX = 8;
const FILLER_PATIENCE_MS = 250;

/** A port that was free a moment ago: connecting is refused. */
export function refusedUrl(): string {
  const listener = Bun.listen({ hostname: HOST, port: 0, socket: { data: () => {} } });
  listener.stop(true);
  return `http://${HOST}:${listener.port}/v1`;
}

/** The top-level domain `invalid` is kept free of names (RFC 2606). */
export function unresolvableUrl(): string {
  return 'http://nowhere.clew.invalid/v1';
}

/** Connecting neither succeeds nor fails: the queue of a socket that nobody accepts from is full. Linux only. */
export async function startBlackHole(): Promise<DeadEnd> {
  const socket = openListeningSocket();
  const fillers: { end(): void }[] = [];
  let full = false;
  while (!full && fillers.length < FILLERS_MAX) {
    const filler = connectTo(socket.port, fillers);
    full = await Promise.race([filler.then(() => false), Bun.sleep(FILLER_PATIENCE_MS).then(() => true)]);
  }
  return {
    url: `http://${HOST}:${socket.port}/v1`,
    stop: async () => {
      socket.close();
      for (const filler of fillers) filler.end();
    },
  };
}

/** The one that finds the queue full fails when the socket is closed; nobody waits for it then. */
function connectTo(port: number, connected: { end(): void }[]): Promise<void> {
  return Bun.connect({ hostname: HOST, port, socket: { data: () => {}, connectError: () => {} } }).then(
    (socket) => void connected.push(socket),
    () => {},
  );
}

/** Takes connections and never says a word. */
export async function startSilentAcceptor(): Promise<DeadEnd> {
  const listener = Bun.listen({ hostname: HOST, port: 0, socket: { data: () => {} } });
  return { url: `http://${HOST}:${listener.port}/v1`, stop: async () => listener.stop(true) };
}

/** The same behind an address that promises TLS: the handshake is never answered. */
export async function startStalledTls(): Promise<DeadEnd> {
  const silent = await startSilentAcceptor();
  return { ...silent, url: silent.url.replace('http:', 'https:') };
}

export async function startBadTls(kind: BadTlsKind): Promise<BadTls> {
  const now = Date.now();
  const { certificate, key } = await makeCertificate({
    host: kind === 'wrong-host' ? 'elsewhere.example.com' : 'localhost',
    hostOnly: kind === 'wrong-host',
    notBefore: new Date(now - 48 * HOUR_MS),
    notAfter: new Date(now + (kind === 'expired' ? -24 : 24) * HOUR_MS),
  });
  let requests = 0;
  const server = Bun.serve({
    hostname: HOST,
    port: 0,
    tls: { cert: certificate, key },
    fetch: () => {
      requests += 1;
      return Response.json({ error: 'this connection should not have been trusted' });
    },
  });
  return {
    url: `https://${HOST}:${server.port}/v1`,
    certificate,
    requests: () => requests,
    stop: () => server.stop(true),
  };
}
