// Why an answer ended, both ways: a status, and for answers that are not whole a reason beside it.

import { asObject, asString } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Finish, FinishReason } from '#canonical/finish.ts';

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'content-filter'],
]);

/** Calls of the client's own tools decide, unless the answer is not whole: then the last call may be cut. */
export function decodeFinish(response: JsonObject, hasCalls: boolean): Finish {
  const status = asString(response['status']);
  if (status === 'incomplete') {
    const raw = asString(asObject(response['incomplete_details'])?.['reason']) ?? status;
    return { reason: REASONS.get(raw) ?? 'unknown', raw };
  }
  const reason = isWhole(status) ? (hasCalls ? 'tool-calls' : 'stop') : 'unknown';
  return status === undefined ? { reason } : { reason, raw: status };
}

/** Some servers leave the status out. */
function isWhole(status: string | undefined): boolean {
  return status === undefined || status === 'completed' || status === 'complete';
}

export interface Status {
  readonly status: 'completed' | 'incomplete' | 'failed';
  readonly incomplete_details: JsonObject | null;
  readonly error: JsonObject | null;
}

export function encodeFinish({ reason }: Finish): Status {
  switch (reason) {
    case 'length':
    case 'context-full':
      return incomplete('max_output_tokens');
    case 'content-filter':
      return incomplete('content_filter');
    case 'malformed-call':
      return {
        status: 'failed',
        incomplete_details: null,
        error: { code: 'server_error', message: 'The model wrote a tool call that cannot be read.' },
      };
    default:
      return { status: 'completed', incomplete_details: null, error: null };
  }
}

function incomplete(reason: string): Status {
  return { status: 'incomplete', incomplete_details: { reason }, error: null };
}
