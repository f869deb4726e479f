// What a client asks for, whatever language it asked in.

import type { Json, JsonObject } from '#base/json.ts';
import type { DialectId, Foreign } from '#canonical/foreign.ts';
import type { CacheMark, Part } from '#canonical/part.ts';

export interface ChatRequest {
  /** The name the client asked for; routing turns it into targets. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly output?: OutputFormat;
  readonly reasoning?: ReasoningRequest;
  readonly sampling: Sampling;
  readonly maxOutputTokens?: number;
  /** In what the answer may come; absent means text. */
  readonly modalities?: readonly Modality[];
  readonly stop?: readonly string[];
  /** How many answers are wanted; absent means one. */
  readonly choices?: number;
  readonly logprobs?: { readonly top?: number };
  readonly stream: boolean;
  /** Whether the client wants a usage report in its stream. Clew asks the provider for one in any case. */
  readonly streamUsage?: boolean;
  readonly cacheKey?: string;
  readonly serviceTier?: string;
  readonly user?: string;
  readonly metadata?: JsonObject;
  /**
   * Id of an earlier answer from which the conversation goes on: `messages` holds only what is new. Whoever knows that
   * answer puts what was said before in front and takes this away; what is left is for the provider to know.
   */
  readonly continues?: string;
  /** Whether a later request may continue from this answer. Absent where the language has no such thing. */
  readonly keep?: boolean;
  /** Set when only targets of one language can serve the request: the field that says so, and why. */
  readonly onlyFor?: { readonly dialect: DialectId; readonly field: string; readonly why: string };
  /** Wishes addressed to the router, never to the provider. */
  readonly routing?: RoutingWishes;
  readonly extras?: Foreign;
}

export type Modality = 'text' | 'image' | 'audio';

export interface Message {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  /** A `tool` message holds tool-result parts only. */
  readonly parts: readonly Part[];
  readonly name?: string;
  readonly extras?: Foreign;
}

export type Tool = CallableTool | HostedTool;

/** A tool that the client runs. */
export interface CallableTool {
  readonly form: 'function' | 'custom';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments (function) or the grammar (custom). */
  readonly schema?: Json;
  readonly strict?: boolean;
  readonly cache?: CacheMark;
  readonly extras?: Foreign;
}

/** A tool that the provider runs itself, such as a web search: of use only to targets that speak the same dialect. */
export interface HostedTool {
  readonly form: 'hosted';
  /** What the vendor calls this kind of tool. */
  readonly name: string;
  readonly dialect: DialectId;
  /** The whole declaration, unchanged. */
  readonly value: Json;
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'named'; readonly name: string; readonly form: 'function' | 'custom' }
  | { readonly kind: 'foreign'; readonly dialect: string; readonly value: Json };

export type OutputFormat =
  | { readonly kind: 'text' | 'json' }
  | {
      readonly kind: 'json-schema';
      readonly schema: Json;
      readonly name?: string;
      readonly description?: string;
      readonly strict?: boolean;
    };

export interface ReasoningRequest {
  readonly effort?: string;
  readonly budgetTokens?: number;
  readonly enabled?: boolean;
  /** The client does not want to see the reasoning text. */
  readonly hidden?: boolean;
  readonly summary?: string;
}

export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly seed?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly repetitionPenalty?: number;
  readonly logitBias?: JsonObject;
}

/** What a client says to the router. Everything is a wish within what the operator and the key allow. */
export interface RoutingWishes {
  /** Models to try after the first, in order. */
  readonly models?: readonly string[];
  readonly providers?: ProviderWishes;
  /** `model`: all targets of a model before the next one, the default. `none`: one order over the targets of all models. */
  readonly partition?: 'model' | 'none';
  /** Requests of one session go to the same target as long as that is well; 256 characters at most. */
  readonly session?: string;
  /** Whether messages may be cut out of the middle of a prompt that is too long. Absent: as the operator says. */
  readonly compress?: boolean;
  /** Whether the prompt is to be marked for the provider's cache. Absent: as the operator says. */
  readonly promptCache?: boolean;
  readonly plugins?: readonly PluginWish[];
  /** What a client says in words of its own dialect, for a target that is a router itself; without `models`. */
  readonly fields?: JsonObject;
}

/** Which targets of a model, and in which order. A provider is named by id, by `id/rest-of-a-target`, or by display name. */
export interface ProviderWishes {
  /** To be tried first, in this order. The others follow unless `allowFallbacks` is false. */
  readonly order?: readonly string[];
  /** No others. */
  readonly only?: readonly string[];
  /** Not these. */
  readonly ignore?: readonly string[];
  /** False: only the first target, or those in `order`. */
  readonly allowFallbacks?: boolean;
  /** Leave out targets that lack a parameter of the request, instead of dropping the parameter. */
  readonly requireParameters?: boolean;
  /** `deny`: only targets that neither keep nor train on what they are sent. */
  readonly dataCollection?: 'allow' | 'deny';
  /** True: only targets that retain nothing. False never loosens what the operator says. */
  readonly zeroRetention?: boolean;
  /** True: only models whose author lets others be trained on their answers. */
  readonly distillable?: boolean;
  readonly quantizations?: readonly string[];
  readonly sort?: SortWish;
  readonly maxPrice?: MaxPrice;
  /** Tokens a second. Soft: who is slower goes to the end. */
  readonly minThroughput?: Percentiles;
  /** Milliseconds to the first token. Soft: who is slower goes to the end. */
  readonly maxLatencyMs?: Percentiles;
}

export type SortWish = 'price' | 'throughput' | 'latency' | 'exacto';

/** US dollars: for a million tokens of prompt and completion, for one of the others. A hard limit. */
export interface MaxPrice {
  readonly prompt?: number;
  readonly completion?: number;
  readonly request?: number;
  readonly image?: number;
  readonly audio?: number;
}

/** All that are given must hold. */
export interface Percentiles {
  readonly p50?: number;
  readonly p75?: number;
  readonly p90?: number;
  readonly p99?: number;
}

export interface PluginWish {
  readonly id: string;
  readonly enabled: boolean;
  /** Everything else that is said of it. */
  readonly settings: JsonObject;
}
