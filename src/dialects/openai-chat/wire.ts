// The words of the Chat Completions API that this dialect knows. Everything else is carried along in `extras`.
// Source: platform.openai.com/docs/api-reference/chat, and the recordings of the providers that speak it.

export const ID = 'openai-chat';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/**
 * Addressed to a router, not to a model (openrouter.ai/docs/api-reference). They become the request's routing wishes.
 */
export const ROUTER_FIELDS: ReadonlySet<string> = words(
  'models route provider preset plugins transforms usage session_id trace debug max_tool_calls stop_server_tools_when',
);

export const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  ...words(
    'model messages tools tool_choice functions function_call parallel_tool_calls response_format stream',
  ),
  ...words(
    'stream_options reasoning reasoning_effort include_reasoning max_tokens max_completion_tokens stop n',
  ),
  ...words('logprobs top_logprobs temperature top_p top_k min_p seed frequency_penalty presence_penalty'),
  ...words('repetition_penalty logit_bias prompt_cache_key service_tier user metadata'),
  ...ROUTER_FIELDS,
]);

export const MESSAGE_FIELDS: ReadonlySet<string> = words(
  'role content name tool_calls tool_call_id function_call refusal audio images annotations reasoning reasoning_content reasoning_details',
);

/** `error: null` is not passed on: clients take the key alone for a failure. */
export const RESPONSE_FIELDS: ReadonlySet<string> = words('id object created model choices usage error');
export const CHOICE_FIELDS: ReadonlySet<string> = words('index message finish_reason logprobs');

/** `error` is looked at first; `obfuscation` and `p` are padding against traffic analysis and mean nothing. */
export const CHUNK_FIELDS: ReadonlySet<string> = words(
  'id object created model choices usage error obfuscation p',
);
/** Some providers repeat the delta as legacy `text`, or the answer so far as `message`. */
export const CHUNK_CHOICE_FIELDS: ReadonlySet<string> = words(
  'index delta finish_reason logprobs message text role usage',
);
export const DELTA_FIELDS: ReadonlySet<string> = words(
  'role content tool_calls function_call refusal audio images annotations reasoning reasoning_content reasoning_details',
);

/** The ways a plain reasoning text is named, in the order in which they are looked at. */
export const REASONING_FIELDS = ['reasoning_content', 'reasoning'] as const;
export type ReasoningField = (typeof REASONING_FIELDS)[number];

/** The data of the frame that ends a stream. */
export const DONE = '[DONE]';
