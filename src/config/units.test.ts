import { expect, test } from 'bun:test';
import { isLoopback, parseAddress, printAddress } from './address.ts';
import { parseDuration, parseSize } from './units.ts';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5s', 1_500],
  ['5m', 300_000],
  ['24h', 86_400_000],
  ['0s', 0],
  ['25h', undefined],
  ['10', undefined],
  ['10 s', undefined],
  ['-1s', undefined],
  ['1d', undefined],
  ['', undefined],
])('the duration %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['100B', 100],
  ['1KB', 1_024],
  ['32MB', 33_554_432],
  ['0.5MB', 524_288],
  ['1GB', 1_073_741_824],
  ['2GB', undefined],
  ['32', undefined],
  ['32mb', undefined],
  ['32MiB', undefined],
])('the size %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  ['127.0.0.1:4100', '127.0.0.1', 4100, true],
  ['127.9.9.9:0', '127.9.9.9', 0, true],
  ['localhost:80', 'localhost', 80, true],
  ['[::1]:4100', '::1', 4100, true],
  ['[::]:4100', '::', 4100, false],
  ['0.0.0.0:4100', '0.0.0.0', 4100, false],
  ['gateway.example:65535', 'gateway.example', 65535, false],
  // It resolves to whatever somebody's DNS says.
  ['localhost.example:1', 'localhost.example', 1, false],
])('the address %s', (text, host, port, loopback) => {
  const address = parseAddress(text);
  expect(address).toEqual({ host, port });
  if (address === undefined) return;
  expect(printAddress(address)).toBe(text);
  expect(isLoopback(address)).toBe(loopback);
});

test.each([
  '',
  '4100',
  ':4100',
  '127.0.0.1',
  '127.0.0.1:',
  '127.0.0.1:65536',
  '127.0.0.1:4a',
  '127.0.0:80',
  '256.0.0.1:80',
  '::1:4100',
  '[::1]',
  '[127.0.0.1]:80',
  'http://127.0.0.1:80',
  'a b:80',
  '-x:80',
])('no address: %s', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});
