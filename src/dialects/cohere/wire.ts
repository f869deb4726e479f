// The words of Cohere's Chat API, version 2, that this dialect knows. Source: docs.cohere.com/reference/chat and the recordings.

import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { WireNames } from '#canonical/wire-names.ts';

export const ID = 'cohere';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

export const RESPONSE_FIELDS: ReadonlySet<string> = words('id finish_reason message usage');
export const MESSAGE_FIELDS: ReadonlySet<string> = words('role content tool_plan tool_calls citations');

/** Letters, digits and underscores, no digit first, as the reference of tools says; ids may be anything. */
export const NAMES: WireNames = {
  toolName: { valid: /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/, length: 64 },
  callId: { valid: /^[^]{1,256}$/, length: 24 },
};

/** Where a piece of reasoning stood: `tool_plan` is what the model means to do, said before its calls. */
export type ReasoningPlace = 'tool_plan' | 'thinking';

export function ours(fields: JsonObject): Foreign {
  return { dialect: ID, fields };
}

/** Members without a value are not written. */
export function present(body: JsonDraft): JsonObject {
  for (const key in body) if (body[key] === undefined) delete body[key];
  return body;
}
