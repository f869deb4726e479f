// A socket that listens and is never accepted from. Every runtime accepts by itself, so the C library is asked directly.

import { dlopen, ptr } from 'bun:ffi';

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const ADDRESS_BYTES = 16;

export interface ListeningSocket {
  readonly port: number;
  close(): void;
}

/** On 127.0.0.1, with room for one connection. Linux only; throws elsewhere. */
export function openListeningSocket(): ListeningSocket {
  if (process.platform !== 'linux') throw new Error('a black hole can be made on Linux only');
  const { symbols: c } = dlopen('libc.so.6', {
    socket: { args: ['int', 'int', 'int'], returns: 'int' },
    bind: { args: ['int', 'ptr', 'int'], returns: 'int' },
    listen: { args: ['int', 'int'], returns: 'int' },
    getsockname: { args: ['int', 'ptr', 'ptr'], returns: 'int' },
    close: { args: ['int'], returns: 'int' },
  });
  const descriptor = c.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const address = new Uint8Array(ADDRESS_BYTES);
  address[0] = AF_INET;
  address.set([127, 0, 0, 1], 4);
  const length = new Int32Array([ADDRESS_BYTES]);
  const failed =
    descriptor < 0 ||
    c.bind(descriptor, ptr(address), ADDRESS_BYTES) !== 0 ||
    c.listen(descriptor, 0) !== 0 ||
    c.getsockname(descriptor, ptr(address), ptr(length)) !== 0;
  if (failed) throw new Error('no listening socket to be had');
  return {
    port: (address[2] ?? 0) * 256 + (address[3] ?? 0),
    close: () => void c.close(descriptor),
  };
}
