// The named differences between providers that speak this dialect. An entry chooses values; code that reads a quirk
// stands where the field is written. `touches` says whether a quirk would change a request that is otherwise relayed.

import type { JsonObject } from '#base/json.ts';
import type { QuirkRule, Quirks, QuirkValue } from '#canonical/quirk.ts';
import { ROUTER_FIELDS } from './wire.ts';

interface ResponsesQuirk extends QuirkRule {
  /** Whether the body, as the client wrote it, would be changed where the quirk has this value (never the first one). */
  touches(body: JsonObject): boolean;
}

export const QUIRKS = {
  state: {
    about: 'Whether the provider keeps answers to continue from; `none` where `store` must be false.',
    values: ['kept', 'none'],
    touches: (body) => body['store'] !== false || typeof body['previous_response_id'] === 'string',
  },
  routerFields: {
    about: 'Whether fields addressed to a router go on: `forward` for providers that are routers themselves.',
    values: ['drop', 'forward'],
    touches: (body) => {
      for (const field of ROUTER_FIELDS) if (body[field] !== undefined) return true;
      return false;
    },
  },
} as const satisfies Readonly<Record<string, ResponsesQuirk>>;

export type QuirkName = keyof typeof QUIRKS;

/** The value of a quirk: the provider's, or the usual one. */
export function quirk(quirks: Quirks, name: QuirkName): QuirkValue {
  return quirks[name] ?? QUIRKS[name].values[0];
}

/** Whether any quirk would change this body. */
export function quirksTouch(body: JsonObject, quirks: Quirks): boolean {
  for (const name in quirks) {
    const value = quirks[name];
    const rule: ResponsesQuirk | undefined = (QUIRKS as Readonly<Record<string, ResponsesQuirk>>)[name];
    if (rule !== undefined && value !== undefined && value !== rule.values[0] && rule.touches(body))
      return true;
  }
  return false;
}
