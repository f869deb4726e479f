// Whatever arrives, nothing throws and nothing is polluted: each language of operations, both ways. CLEW_FUZZ_INPUTS sets how
// many inputs.

import { describe, expect, test } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import type { JsonObject } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import { isTerminal } from '#canonical/event.ts';
import { Grammar } from '#canonical/grammar.ts';
import { DIALECTS } from '#dialects/index.ts';
import { headOf } from '../support/head.ts';
import { arbitraryJson } from '../support/arbitrary.ts';

const INPUTS = Number(process.env['CLEW_FUZZ_INPUTS'] ?? 20_000) / 10;
const WORDS =
  'model input inputs texts documents query top_n top_k return_documents encoding_format base64 float dimensions user input_type models provider order zdr prompt suffix echo best_of n stop stream logprobs data embedding embeddings values index object usage prompt_tokens total_tokens completion_tokens input_tokens output_tokens meta billed_units search_units usageMetadata promptTokenCount prompt_eval_count results relevance_score score document text choices finish_reason id error message type code AAAAPw== __proto__ constructor'.split(
    ' ',
  );

const operations = [...DIALECTS.values()].filter(({ operation }) => operation !== undefined);

test('every language of operations is here', () => expect(operations.length).toBeGreaterThanOrEqual(16));

describe.each(operations.map((dialect) => [dialect.id, dialect] as const))(
  '%s',
  (_id, { client, provider, relay }) => {
    const draw = seededDraw(11);
    const context = { generationId: 'gen', nowSec: 0 };

    test('requests', () => {
      for (let round = 0; round < INPUTS; round += 1) {
        const body = { model: 'm', ...(arbitraryJson(draw, WORDS) as object) } as JsonObject;
        const read = client?.decodeRequest(body, headOf('/v1/x'));
        if (read?.ok !== true) continue;
        for (const { id, provider: other } of operations) {
          if (id !== provider?.id && !sameKind(id, provider?.id ?? '')) continue;
          JSON.stringify(other?.encodeRequest(read.value, 'm', {}).body);
        }
        relay?.canRelay(read.value, body, {});
        JSON.parse(relay?.relayRequest(JSON.stringify(body), body, 'theirs', {}) ?? '{}');
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    test('answers and failures', () => {
      const asked = {
        model: 'm',
        stream: false,
        inputs: ['a'],
        documents: [{ text: 'a' }],
        query: 'q',
        body: {},
      };
      for (let round = 0; round < INPUTS; round += 1) {
        const body = arbitraryJson(draw, WORDS);
        const read = provider?.decodeResponse(body, {});
        if (read?.ok === true)
          JSON.stringify(client?.encodeResponse(read.value, { request: asked, ...context }));
        const header = (): string => JSON.stringify(arbitraryJson(draw, WORDS));
        const failed = provider?.decodeFailure(
          400 + Math.floor(draw() * 200),
          header,
          JSON.stringify(body),
          0,
        );
        expect(failed?.message).not.toBe('');
        if (failed !== undefined) JSON.stringify(client?.encodeFailure(failed).body);
      }
    });

    test('streams keep the grammar and end once', () => {
      for (let round = 0; round < INPUTS / 2; round += 1) {
        const decoder = provider?.openDecoder({});
        const encoder = client?.openEncoder({ request: { model: 'm', stream: true }, ...context });
        const frames = Array.from({ length: 1 + Math.floor(draw() * 6) }, (): Frame => ({
          data: draw() < 0.1 ? '[DONE]' : JSON.stringify(arbitraryJson(draw, WORDS)),
        }));
        const events = [
          ...frames.flatMap((frame) => decoder?.push(frame) ?? []),
          ...(decoder?.finish() ?? []),
        ];
        const grammar = new Grammar();
        expect(events.flatMap((event) => grammar.check(event) ?? [])).toEqual([]);
        expect(events.filter(isTerminal)).toHaveLength(1);
        for (const event of events) encoder?.push(event);
      }
    });
  },
);

/** Languages of one operation are given each other's requests. */
function sameKind(a: string, b: string): boolean {
  return a.slice(a.lastIndexOf('-')) === b.slice(b.lastIndexOf('-'));
}
