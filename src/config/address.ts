// `host:port` addresses of listeners.

import { isIP, isIPv4 } from 'node:net';
import type { Address } from './snapshot.ts';

const ADDRESS = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([^\s:[\]/]{1,253})):(\d{1,5})$/;
const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/i;
/** All digits and dots: an address, right or wrong, never a name. */
const NUMERIC = /^[\d.]+$/;

/** `127.0.0.1:4100`, `localhost:4100`, `[::1]:4100`. Port 0 asks the system for a free one. */
export function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, digits] = ADDRESS.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || !(port <= 65_535)) return undefined;
  return validHost(host, bracketed !== undefined) ? { host, port } : undefined;
}

function validHost(host: string, bracketed: boolean): boolean {
  if (bracketed) return isIP(host) === 6;
  return NUMERIC.test(host) ? isIPv4(host) : HOST_NAME.test(host);
}

export function printAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can reach it. A name other than `localhost` may resolve to anything. */
export function isLoopback({ host }: Address): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  return host === '::1' || host.toLowerCase() === 'localhost';
}
