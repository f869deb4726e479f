import { describe, expect, test } from 'bun:test';

import { asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { generationOf } from '../../test/support/generations.ts';
import { viewGeneration } from './generation-view.ts';
import type { Generation } from './generation.ts';

/** The keys that clients refuse to do without. */
const KEYS =
  `api_type app_id cache_discount cancelled created_at data_region external_user finish_reason generation_time
  http_referer id is_byok latency model moderation_latency native_finish_reason native_tokens_cached
  native_tokens_completion native_tokens_completion_images native_tokens_prompt native_tokens_reasoning num_fetches
  num_input_audio_prompt num_media_completion num_media_prompt num_search_results origin preset_id provider_name
  provider_responses router service_tier streamed tokens_completion tokens_prompt total_cost upstream_id
  upstream_inference_cost usage user_agent web_search_engine workspace_id`.split(/\s+/);

const NEVER_NULL = ['id', 'created_at', 'data_region', 'is_byok', 'model', 'origin', 'total_cost', 'usage'];

/** An exchange of which next to nothing is known. */
function bareGeneration(): Generation {
  const {
    target: _t,
    answeredModel: _a,
    usage: _u,
    finish: _f,
    firstContentMs: _c,
    ...rest
  } = generationOf(1);
  return {
    ...rest,
    attempts: [],
    cost: 'unknown',
    failure: { code: 'no_target_available', message: 'none' },
  };
}

function view(generation: Generation): JsonObject {
  return asObject(viewGeneration(generation, (provider) => `The ${provider}`)['data']) ?? {};
}

describe('viewGeneration', () => {
  test('has all 42 keys, whatever is known', () => {
    expect(KEYS).toHaveLength(42);
    for (const generation of [generationOf(1), bareGeneration()]) {
      const data = view(generation);
      const ours = Object.keys(data).filter((key) => key !== 'cost_unknown');
      expect(ours.sort()).toEqual(KEYS);
      expect(Object.values(data)).not.toContain(undefined);
      for (const key of NEVER_NULL) expect(data[key]).not.toBeNull();
    }
  });

  test('tells what happened', () => {
    const first = {
      target: 'far/echo',
      provider: 'far',
      startedMs: 1,
      endedMs: 21.2,
      failure: 'upstream_unreachable',
    } as const;
    const { attempts } = generationOf(1);
    const data = view(
      generationOf(1, {
        attempts: [first, ...attempts],
        usage: { inputTotal: 12, outputTotal: 34, cacheRead: 8, reasoning: 5 },
        upstreamId: 'chatcmpl-1',
        referer: 'https://app.example',
        userAgent: 'a client',
      }),
    );
    expect(data).toMatchObject({
      created_at: '2025-10-09T08:53:20.124Z',
      model: 'echo-1',
      streamed: true,
      cancelled: false,
      finish_reason: 'stop',
      native_finish_reason: 'stop',
      latency: 300,
      generation_time: 801,
      provider_name: 'The sim',
      provider_responses: [
        { status: null, provider_name: 'The far', latency: 20 },
        { status: 200, provider_name: 'The sim', latency: 800 },
      ],
      tokens_prompt: 12,
      native_tokens_prompt: 12,
      tokens_completion: 34,
      native_tokens_completion: 34,
      native_tokens_cached: 8,
      native_tokens_reasoning: 5,
      total_cost: 0.0000039,
      usage: 0.0000039,
      upstream_id: 'chatcmpl-1',
      origin: 'https://app.example',
      http_referer: 'https://app.example',
      user_agent: 'a client',
    });
    expect(data).not.toHaveProperty('cost_unknown');
  });

  test('an unknown cost is marked, since the contract has only numbers', () => {
    expect(view(bareGeneration())).toMatchObject({ total_cost: 0, usage: 0, cost_unknown: true });
  });

  test('unknown counters are null, and not zero', () => {
    const data = view(bareGeneration());
    for (const key of KEYS.filter((name) => name.includes('tokens_'))) expect(data[key]).toBeNull();
  });

  test.each([
    [{}, 'stop', false],
    [{ finish: { reason: 'tool-calls' } }, 'tool_calls', false],
    [{ finish: { reason: 'context-full' } }, 'length', false],
    [{ finish: { reason: 'refusal' } }, 'content_filter', false],
    [{ finish: { reason: 'unknown', raw: 'strange' } }, null, false],
    [{ failure: { code: 'stream_cut', message: 'cut' } }, 'error', false],
    [{ failure: { code: 'client_gone', message: 'gone' } }, null, true],
  ] as const)('%j finishes as %p', (more: Partial<Generation>, word: string | null, cancelled: boolean) => {
    expect(view(generationOf(1, more))).toMatchObject({ finish_reason: word, cancelled });
  });
});
