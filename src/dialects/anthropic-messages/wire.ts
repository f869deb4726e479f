// The words of the Messages API that this dialect knows. Everything else is carried along in `extras`, whole blocks as
// foreign parts. Source: platform.claude.com/docs/en/api/messages, and the recordings of those who serve it.

import type { WireNames } from '#canonical/wire-names.ts';

export const ID = 'anthropic-messages';

/** The version of the API that every request names; the only one since 2023. */
export const VERSION = '2023-06-01';

/** What the API's own refusals name as the pattern. Ids of calls are put in its letters where they are written. */
export const NAMES: WireNames = {
  toolName: { valid: /^[a-zA-Z0-9_-]{1,128}$/, length: 64 },
  callId: { valid: /^[^]*$/, length: 24 },
  uniqueCalls: true,
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Addressed to a router, not to a model (openrouter.ai/docs, the Messages endpoint). They become routing wishes. */
export const ROUTER_FIELDS: ReadonlySet<string> = words(
  'models fallbacks route provider preset plugins transforms session_id trace debug stop_server_tools_when',
);

export const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  ...words(
    'model messages system tools tool_choice max_tokens stop_sequences stream temperature top_p top_k',
  ),
  ...words('thinking output_config output_format metadata service_tier'),
  ...ROUTER_FIELDS,
]);

export const MESSAGE_FIELDS: ReadonlySet<string> = words('role content');
export const RESPONSE_FIELDS: ReadonlySet<string> = words(
  'id type role model content stop_reason stop_sequence usage',
);

/** By block type, what its part says; the rest of the block goes into the part's `extras`. */
export const BLOCK_FIELDS = {
  text: words('type text cache_control citations'),
  image: words('type source cache_control'),
  document: words('type source title cache_control'),
  thinking: words('type thinking signature'),
  redacted: words('type data'),
  call: words('type id name input'),
  result: words('type tool_use_id content is_error cache_control'),
  tool: words('type name description input_schema strict cache_control'),
} as const;

/** The line by which one client counts its own traffic; it changes with every release and would break prompt caches. */
export const BILLING_LINE = 'x-anthropic-billing-header:';
