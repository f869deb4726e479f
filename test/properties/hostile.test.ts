// Bodies with something wrong in them, and anything at all, to every decoder: nothing throws, nothing reaches the
// prototypes, every stream keeps the grammar and ends once.

import { afterEach, describe, expect, test } from 'bun:test';
import fc from 'fast-check';

import type { Json } from '#base/json.ts';
import { isTerminal } from '#canonical/event.ts';
import { unfold } from '#canonical/unfold.ts';
import type { ProviderDialect } from '#dialects/dialect.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import { grammarProblems } from '../recordings/reading.ts';
import { encodeContext } from '../support/encode-context.ts';
import { headOf } from '../support/head.ts';
import { json, request, response, SEEDED } from './arbitraries.ts';
import { broken } from './broken.ts';

const RUNS = 200;
const HEAD = headOf('/v1beta/models/m:generateContent?alt=sse');
const ALL = [...CHAT_DIALECTS.values()].map((dialect) => [dialect.id, dialect] as const);
const anything = fc.oneof(json, fc.constant(JSON.parse('{"__proto__":{"polluted":true}}') as Json));

afterEach(() => {
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(([] as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

describe.each(ALL)('%s', (id, { client, provider }) => {
  if (provider === undefined) throw new Error(`${id} has no provider`);
  const bodies = request.map((made) => provider.encodeRequest(made, 'm', {}).body);

  test('requests', () => {
    // No client speaks it: there is nothing to read.
    if (client === undefined) return;
    fc.assert(
      fc.property(fc.oneof(broken(bodies), anything), (body) => {
        const read = client.decodeRequest(body, HEAD);
        client.counting?.decodeRequest(body, HEAD);
        if (!read.ok) return;
        // What was taken can be written to anyone.
        for (const [, { provider: other }] of ALL) other?.encodeRequest(read.value, 'm', {});
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  });

  test('answers', () => {
    const answers = response.map((made) => client?.encodeResponse(made, encodeContext()) ?? null);
    fc.assert(
      fc.property(fc.oneof(broken(answers), anything), (body) => {
        const read = provider.decodeResponse(body, {});
        if (!read.ok) return;
        for (const [, { client: other }] of ALL) other?.encodeResponse(read.value, encodeContext());
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  });

  test('streams', () => {
    const frames = response.map((made): Json => {
      const encoder = client?.openEncoder(encodeContext());
      return unfold(made).flatMap((event) =>
        (encoder?.push(event) ?? []).map(({ event: name, data }) => [name ?? null, data]),
      );
    });
    fc.assert(
      fc.property(
        fc.oneof(frames, fc.array(fc.tuple(fc.constantFrom(null, 'x', 'messageStop'), anything))),
        fc.nat(50),
        fc.string(),
        (made, at, junk) => {
          const list = (made as readonly (readonly [string | null, Json])[]).map(([event, data]) => ({
            ...(event === null ? {} : { event }),
            data: typeof data === 'string' ? data : JSON.stringify(data),
          }));
          list.splice(at % (list.length + 1), 1, { data: junk }, { data: `{"${junk}":` });
          checkStream(list, provider);
        },
      ),
      { ...SEEDED, numRuns: RUNS },
    );
  });

  test('failures', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          json.map((body) => JSON.stringify(body)),
          fc.string(),
        ),
        fc.integer({ min: 100, max: 599 }),
        fc.string(),
        (body, status, header) => {
          const failed = provider.decodeFailure(status, () => header, body, 0);
          expect(failed.message).not.toBe('');
          client?.encodeFailure(failed);
        },
      ),
      { ...SEEDED, numRuns: RUNS },
    );
  });
});

function checkStream(frames: readonly { readonly data: string }[], provider: ProviderDialect): void {
  const decoder = provider.openDecoder({});
  const events = [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
  expect(grammarProblems(events)).toEqual([]);
  expect(events.filter(isTerminal)).toHaveLength(1);
}
