// The words of the Responses API that this dialect knows. Everything else is carried along in `extras`.
// Source: platform.openai.com/docs/api-reference/responses, and the recordings of the providers that speak it.

import type { JsonObject } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { WireNames } from '#canonical/wire-names.ts';

export const ID = 'openai-responses';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Marks what came from this dialect and has nothing unusual about it. */
export const OURS: Foreign = { dialect: ID, fields: {} };

/**
 * Addressed to a router, not to a model (openrouter.ai/docs/api-reference/responses). They become the request's routing
 * wishes. `max_tool_calls` is the API's own here.
 */
export const ROUTER_FIELDS: ReadonlySet<string> = words(
  'models route provider preset plugins transforms session_id trace debug stop_server_tools_when',
);

export const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  ...words(
    'model input instructions tools tool_choice parallel_tool_calls max_output_tokens temperature top_p',
  ),
  ...words('top_k text reasoning stream metadata user service_tier prompt_cache_key top_logprobs'),
  ...words('previous_response_id'),
  ...ROUTER_FIELDS,
]);

export const RESPONSE_FIELDS: ReadonlySet<string> = words('id created_at model output usage');

export const MESSAGE_FIELDS: ReadonlySet<string> = words('type role content');

/** Calls that the client answers; every other kind of item that is not here is somebody's hosted tool. */
export const CALL_TYPES = {
  function_call: 'function',
  custom_tool_call: 'custom',
} as const;

export const RESULT_TYPES = {
  function_call_output: 'function',
  custom_tool_call_output: 'custom',
} as const;

export function isCallType(type: unknown): type is keyof typeof CALL_TYPES {
  return type === 'function_call' || type === 'custom_tool_call';
}

/** xAI tells its own searches as calls of custom tools; it answers them itself. */
const HOSTED_CALL = /^xs_call_/;

/** The kind of a call that the client answers; undefined for every other item. */
export function callTypeOf({ type, call_id: id }: JsonObject): keyof typeof CALL_TYPES | undefined {
  if (!isCallType(type)) return undefined;
  const hosted = type === 'custom_tool_call' && typeof id === 'string' && HOSTED_CALL.test(id);
  return hosted ? undefined : type;
}

export function isResultType(type: unknown): type is keyof typeof RESULT_TYPES {
  return type === 'function_call_output' || type === 'custom_tool_call_output';
}

/** API reference: `name` of a function, and `call_id`, which is longer here than in Chat Completions. */
export const NAMES: WireNames = {
  toolName: { valid: /^[A-Za-z0-9_-]{1,64}$/, length: 24 },
  callId: { valid: /^[^]{1,64}$/, length: 24 },
};
