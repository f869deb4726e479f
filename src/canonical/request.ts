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
  /** Wishes addressed to the router, never to the provider. */
  readonly routing?: RoutingWishes;
  /** As in Asked. */
  readonly only?: readonly DialectId[];
  readonly extras?: Foreign;
}

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

export interface RoutingWishes {
  /** Models to try after the first, in order. */
  readonly models?: readonly string[];
  /** Everything else a client may say to a router, by its field name on the wire. */
  readonly fields?: JsonObject;
}
