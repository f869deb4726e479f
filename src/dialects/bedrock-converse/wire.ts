// The words of the Converse API of Amazon Bedrock that this dialect knows.
// Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and …_ConverseStream.html, and recordings.

import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { WireNames } from '#canonical/wire-names.ts';

export const ID = 'bedrock-converse';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Members of an answer that become canonical; all others are carried along. */
export const RESPONSE_FIELDS: ReadonlySet<string> = words('output stopReason usage');

/** `p` is padding against traffic analysis and means nothing. */
export const METADATA_FIELDS: ReadonlySet<string> = words('usage p');
export const STOP_FIELDS: ReadonlySet<string> = words('stopReason p');

/** As the API reference limits them. */
export const NAMES: WireNames = {
  toolName: { valid: /^[a-zA-Z0-9_-]{1,64}$/, length: 64 },
  callId: { valid: /^[a-zA-Z0-9_.:-]{1,64}$/, length: 24 },
  uniqueCalls: true,
};

/** What Bedrock calls a call of a tool that it runs itself. */
export const SERVER_TOOL = 'server_tool_use';

export function ours(fields: JsonObject): Foreign {
  return { dialect: ID, fields };
}

/** Members without a value are not written. */
export function present(body: JsonDraft): JsonObject {
  for (const key in body) if (body[key] === undefined) delete body[key];
  return body;
}
