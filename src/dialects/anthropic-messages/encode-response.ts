// A whole answer, from the centre's words to a client's.

import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatResponse } from '#canonical/response.ts';
import type { EncodeContext } from '../dialect.ts';
import { answerBlocks } from './answer-block.ts';
import { encodeFinish } from './finish.ts';
import { addCarried, carried } from './notes.ts';
import { encodeUsage } from './usage.ts';

/** There is one answer here; of several only the first can be shown. */
export function encodeResponse(
  response: ChatResponse,
  context?: Pick<EncodeContext, 'generationId'>,
): JsonObject {
  const [choice] = response.choices;
  const parts = choice?.parts ?? [];
  const finish = choice?.finish ?? { reason: 'unknown' };
  const refused = parts.some((part) => part.kind === 'refusal');
  const body: JsonDraft = {
    id: response.id === '' ? (context?.generationId ?? '') : response.id,
    type: 'message',
    role: 'assistant',
    model: response.model,
    content: answerBlocks(parts),
    // An own answer without a reason stays without.
    stop_reason: isUnended(response) ? null : encodeFinish(finish, refused),
    stop_sequence: finish.stopSequence ?? null,
    usage: response.usage === undefined ? carried(response.extras)?.['usage'] : encodeUsage(response.usage),
  };
  body['usage'] ??= encodeUsage(undefined);
  return addCarried(body, response.extras);
}

function isUnended({ choices, extras }: ChatResponse): boolean {
  return extras !== undefined && carried(extras) !== undefined && choices[0]?.finish.raw === undefined;
}
