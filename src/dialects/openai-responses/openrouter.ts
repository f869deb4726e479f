// The Responses API in the manners of OpenRouter: its official client wants members in the object around an answer that not
// every provider of the language sends, the cost among the counts, and a number as the code of a failure
// (@openrouter/sdk 1.3.19; what it cannot read in a stream it passes over in silence).

import type { Frame } from '#base/frame.ts';
import { asObject, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Usage } from '#canonical/usage.ts';
import type { ClientDialect, EncodeContext, StreamEncoder } from '../dialect.ts';
import { encodeFailure } from '../openrouter-failures.ts';
import { encodeResponse } from './encode-response.ts';

/** All of them nullable there. */
const MEMBERS: JsonObject = {
  completed_at: null,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: null,
  temperature: null,
  top_p: null,
  frequency_penalty: null,
  presence_penalty: null,
  parallel_tool_calls: true,
  tool_choice: 'auto',
  tools: [],
};

/** The rest is the language's own. */
export const OPENROUTER: Pick<ClientDialect, 'encodeResponse' | 'encodeFailure' | 'relays' | 'keepAlive'> = {
  encodeResponse: (response, context) => whole(encodeResponse(response, context), response.usage, context),
  encodeFailure,
  relays: false,
  keepAlive: ': OPENROUTER PROCESSING\n\n',
};

function whole(body: JsonObject, usage: Usage | undefined, context: EncodeContext): JsonObject {
  const full: JsonDraft = { ...MEMBERS, ...body };
  const counts = asObject(body['usage']);
  if (counts !== undefined) full['usage'] = { ...counts, ...costOf(usage, context) };
  return full;
}

function costOf(usage: Usage | undefined, { served }: EncodeContext): JsonObject {
  const cost = usage === undefined ? undefined : served?.costOf(usage);
  if (cost === undefined) return { is_byok: false };
  return {
    is_byok: false,
    cost: cost.total,
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_input_cost: cost.prompt,
      upstream_inference_output_cost: cost.completion,
    },
  };
}

/** The events that carry the whole object come first and last; the others go through. */
export class OpenRouterResponsesEncoder implements StreamEncoder {
  readonly #inner: StreamEncoder;
  readonly #context: EncodeContext;
  #usage: Usage | undefined;

  constructor(inner: StreamEncoder, context: EncodeContext) {
    this.#inner = inner;
    this.#context = context;
  }

  push(event: ChatEvent): readonly Frame[] {
    if (event.kind === 'usage') this.#usage = event.usage;
    const frames = this.#inner.push(event);
    const carries = event.kind === 'start' || event.kind === 'end' || event.kind === 'failure';
    return carries ? frames.map((frame) => this.#rewritten(frame)) : frames;
  }

  #rewritten(frame: Frame): Frame {
    const body: Json | undefined = parseJson(frame.data);
    if (!isObject(body)) return frame;
    const response = asObject(body['response']);
    if (response === undefined) return frame;
    return {
      ...frame,
      data: JSON.stringify({ ...body, response: whole(response, this.#usage, this.#context) }),
    };
  }
}
