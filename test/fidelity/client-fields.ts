// Every field of a request that the official clients know, with values that say something. The types of the clients keep the lists
// whole: a release that brings a new field does not compile until it stands here.

import type { MessageCreateParamsBase as MessagesParams } from '@anthropic-ai/sdk/resources/beta/messages/messages';
import type { GenerateContentConfig } from '@google/genai';
import type { ChatRequest } from '@openrouter/sdk/models';
import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';
import type { CompletionCreateParamsBase } from 'openai/resources/completions';
import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';

import type { Json } from '#base/json.ts';

type Fields<Params, Said extends string> = {
  readonly [Name in Exclude<keyof Params, Said>]-?: readonly Json[];
};

const MODE = [] as const;
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };

/** A mode of the transport, not of the answer, has no values here: `stream` and what belongs to it. */
export const CHAT: Fields<ChatCompletionCreateParamsBase, 'messages' | 'model' | 'tools'> = {
  audio: [{ voice: 'ash', format: 'mp3' }],
  frequency_penalty: [0.5],
  function_call: ['none', { name: 'weather' }],
  functions: [[{ name: 'clock', parameters: { type: 'object' } }]],
  logit_bias: [{ 50256: -100 }],
  logprobs: [true],
  max_completion_tokens: [77],
  max_tokens: [77],
  metadata: [{ tier: 'batch' }],
  modalities: [['text', 'audio']],
  moderation: [{ model: 'omni-moderation-latest' }],
  n: [2],
  parallel_tool_calls: [false],
  prediction: [{ type: 'content', content: 'A guess.' }],
  presence_penalty: [0.5],
  prompt_cache_key: ['cache-key'],
  prompt_cache_options: [{ ttl: '24h' }],
  prompt_cache_retention: ['24h'],
  reasoning_effort: ['low', 'high'],
  response_format: [
    { type: 'json_object' },
    { type: 'json_schema', json_schema: { name: 'n', description: 'd', schema: SCHEMA, strict: true } },
  ],
  safety_identifier: ['somebody'],
  seed: [7],
  service_tier: ['flex'],
  stop: ['END', ['END', 'STOP']],
  store: [true],
  stream: MODE,
  stream_options: MODE,
  temperature: [0.3],
  tool_choice: ['none', 'required', { type: 'function', function: { name: 'weather' } }],
  top_logprobs: [3],
  top_p: [0.4],
  user: ['somebody'],
  verbosity: ['low'],
  web_search_options: [{ search_context_size: 'low' }],
};

type Snake<Name> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Uppercase<Head> ? (Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`) : Head}${Snake<Tail>}`
  : Name;
type OpenRouterOnly = Exclude<Snake<keyof ChatRequest>, keyof ChatCompletionCreateParamsBase>;

/** What OpenRouter adds. What chooses among targets is obeyed by the planner or refused, and has no values here. */
export const OPENROUTER: { readonly [Name in OpenRouterOnly]: readonly Json[] } = {
  cache_control: [{ type: 'ephemeral' }],
  debug: [{ echo_upstream_body: true }],
  image_config: [{ aspect_ratio: '1:1' }],
  min_p: [0.1],
  models: MODE,
  plugins: [[{ id: 'web' }], [{ id: 'file-parser', pdf: { engine: 'native' } }]],
  provider: MODE,
  reasoning: [{ effort: 'low' }, { max_tokens: 2_000 }, { exclude: true }, { enabled: true }],
  repetition_penalty: [1.1],
  session_id: MODE,
  stop_server_tools_when: [[{ type: 'max_cost', max_cost: 1 }]],
  top_a: [0.2],
  top_k: [20],
  trace: [{ trace_id: 't' }],
};

/** What the newest models refuse the client no longer lists; older ones take it. */
type OlderMessages = Readonly<Record<'temperature' | 'top_k' | 'top_p', number>>;

export const RESPONSES: Fields<ResponseCreateParamsBase, 'input' | 'model' | 'tools'> = {
  access_programs: [{ cyber: true }],
  background: [true],
  context_management: [[{ type: 'compaction', compact_threshold: 1_000 }]],
  conversation: ['conv_1'],
  image: [{ quality: 'low' }],
  include: [['message.output_text.logprobs'], ['web_search_call.action.sources']],
  instructions: ['Be brief.'],
  max_output_tokens: [77],
  max_tool_calls: [3],
  metadata: [{ tier: 'batch' }],
  moderation: [{ model: 'omni-moderation-latest' }],
  parallel_tool_calls: [false],
  previous_response_id: ['resp_1'],
  prompt: [{ id: 'pmpt_1' }],
  prompt_cache_key: ['cache-key'],
  prompt_cache_options: [{ ttl: '24h' }],
  prompt_cache_retention: ['24h'],
  reasoning: [{ effort: 'low' }, { summary: 'detailed' }, { effort: 'high', summary: 'auto' }],
  safety_identifier: ['somebody'],
  service_tier: ['flex'],
  store: MODE,
  stream: MODE,
  stream_options: MODE,
  temperature: [0.3],
  text: [
    { verbosity: 'low' },
    { format: { type: 'json_object' } },
    { format: { type: 'json_schema', name: 'n', description: 'd', schema: SCHEMA, strict: true } },
  ],
  tool_choice: ['none', 'required', { type: 'function', name: 'weather' }],
  top_logprobs: [3],
  top_p: [0.4],
  truncation: ['auto'],
  user: ['somebody'],
};

export const MESSAGES: Fields<MessagesParams & OlderMessages, 'max_tokens' | 'messages' | 'model' | 'tools'> =
  {
    betas: MODE,
    billing_policy: [{ type: 'x' }],
    cache_control: [{ type: 'ephemeral' }],
    compaction: [{ enabled: true }],
    container: ['container_1'],
    context_management: [{ edits: [{ type: 'clear_tool_uses_20250919' }] }],
    diagnostics: [{ previous_message_id: 'msg_1' }],
    fallback_credit_token: ['token'],
    fallbacks: MODE,
    inference_geo: ['eu'],
    mcp_servers: [[{ type: 'url', url: 'https://mcp.example.com', name: 'm' }]],
    metadata: [{ user_id: 'somebody' }],
    output_config: [{ effort: 'low' }, { format: { type: 'json_schema', schema: SCHEMA } }],
    output_format: [{ type: 'json_schema', schema: SCHEMA }],
    service_tier: ['standard_only'],
    speed: ['fast'],
    stop_sequences: [['END']],
    stream: MODE,
    system: [
      'Be brief.',
      [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    ],
    temperature: [0.3],
    thinking: [{ type: 'enabled', budget_tokens: 2_000 }, { type: 'disabled' }, { type: 'adaptive' }],
    thread: [{ id: 'thread_1' }],
    tool_choice: [
      { type: 'any' },
      { type: 'none' },
      { type: 'tool', name: 'weather' },
      { type: 'auto', disable_parallel_tool_use: true },
    ],
    top_k: [20],
    top_p: [0.4],
    user_profile_id: ['profile_1'],
    workspace_id: ['workspace_1'],
  };

/** Where the client writes a setting: at the request, else in `generationConfig`. */
export const GEMINI_TOP: ReadonlySet<string> = new Set([
  'systemInstruction',
  'safetySettings',
  'toolConfig',
  'labels',
  'cachedContent',
  'serviceTier',
  'store',
]);

/** Settings of the client itself, and of Vertex AI’s preview, have no values here. */
export const GEMINI: Fields<GenerateContentConfig, 'tools'> = {
  httpOptions: MODE,
  abortSignal: MODE,
  automaticFunctionCalling: MODE,
  serviceTier: ['flex'],
  systemInstruction: [{ parts: [{ text: 'Be brief.' }] }],
  temperature: [0.3],
  topP: [0.4],
  topK: [20],
  candidateCount: [2],
  maxOutputTokens: [77],
  stopSequences: [['END']],
  responseLogprobs: [true],
  logprobs: [3],
  presencePenalty: [0.5],
  frequencyPenalty: [0.5],
  seed: [7],
  responseMimeType: ['application/json', 'text/x.enum'],
  responseSchema: [{ type: 'OBJECT', properties: { a: { type: 'STRING' } } }],
  responseJsonSchema: [SCHEMA],
  routingConfig: [{ autoMode: { modelRoutingPreference: 'BALANCED' } }],
  modelSelectionConfig: [{ featureSelectionPreference: 'BALANCED' }],
  safetySettings: [[{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }]],
  toolConfig: [
    { functionCallingConfig: { mode: 'ANY' } },
    { functionCallingConfig: { mode: 'NONE' } },
    { functionCallingConfig: { mode: 'VALIDATED' } },
    { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } },
    { retrievalConfig: { languageCode: 'de' } },
  ],
  labels: [{ tier: 'batch' }],
  cachedContent: ['cachedContents/1'],
  responseModalities: [['TEXT', 'IMAGE']],
  mediaResolution: ['MEDIA_RESOLUTION_LOW'],
  speechConfig: [{ voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } }],
  audioTimestamp: [true],
  thinkingConfig: [
    { thinkingBudget: 2_000 },
    { thinkingLevel: 'LOW' },
    { includeThoughts: false, thinkingLevel: 'LOW' },
  ],
  audioTranscriptionConfig: [{}],
  imageConfig: [{ aspectRatio: '1:1' }],
  enableEnhancedCivicAnswers: [true],
  modelArmorConfig: [{ promptTemplateName: 't' }],
  continuationToken: ['token'],
  automaticContinuation: [true],
  generationOutputConfig: [{ a: 1 }],
  store: [true],
};

/** An echo, a suffix and the best of several go to models of the older kind only, and are refused by name elsewhere. */
export const COMPLETIONS: Fields<CompletionCreateParamsBase, 'prompt' | 'model'> = {
  best_of: [3],
  echo: [true],
  frequency_penalty: [0.5],
  logit_bias: [{ 50256: -100 }],
  logprobs: [3],
  max_tokens: [77],
  n: [2],
  presence_penalty: [0.5],
  seed: [7],
  stop: ['END', ['END', 'STOP']],
  stream: MODE,
  stream_options: MODE,
  suffix: ['The end.'],
  temperature: [0.3],
  top_p: [0.4],
  user: ['somebody'],
};
