import { expect, test } from 'bun:test';

import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';
import { headers } from './envelope.ts';

const ASKED = 'claude-code-20250219,interleaved-thinking-2025-05-14, effort-2025-11-24';

test.each([
  ['anthropic', ASKED, undefined, []],
  ['vertex', 'interleaved-thinking-2025-05-14', undefined, ['changed extras.anthropic-beta']],
  [
    'bedrock',
    undefined,
    ['interleaved-thinking-2025-05-14', 'effort-2025-11-24'],
    ['changed extras.anthropic-beta'],
  ],
] as const)('betas that %s takes', (envelope, header, body, lost) => {
  const read = decodeRequest(
    { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'x' }] },
    { header: (name) => (name === 'anthropic-beta' ? ASKED : undefined) },
  );
  if (!read.ok) throw new Error(read.error.message);
  const encoded = encodeRequest(read.value, 'm', { envelope });
  expect(headers(read.value, { envelope })['anthropic-beta']).toBe(header as string);
  expect(encoded.body['anthropic_beta']).toEqual(body as never);
  expect(encoded.losses.map(({ did, path }) => `${did} ${path}`)).toEqual([...lost]);
});

test('a client that names only what the server refuses names nothing', () => {
  const read = decodeRequest(
    { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'x' }] },
    { header: (name) => (name === 'anthropic-beta' ? 'a,b' : undefined) },
  );
  if (!read.ok) throw new Error(read.error.message);
  expect(headers(read.value, { envelope: 'vertex' })).toEqual({});
  expect(encodeRequest(read.value, 'm', { envelope: 'bedrock' }).losses).toEqual([
    { path: 'extras.anthropic-beta', did: 'dropped', why: 'The server refuses requests that name a, b.' },
  ]);
});
