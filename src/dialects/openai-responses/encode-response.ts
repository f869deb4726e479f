// A whole answer, from the centre's words to a client's.

import type { JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { ChatResponse } from '#canonical/response.ts';
import type { EncodeContext } from '../dialect.ts';
import { LogprobCursor } from './content.ts';
import { encodeTurn } from './encode-items.ts';
import { echo, itemIds, responseId, wantsSeals } from './envelope.ts';
import { encodeFinish } from './finish.ts';
import { present } from './spelling.ts';
import { encodeUsage } from './usage.ts';
import { ID } from './wire.ts';

/** This language gives one answer: of several choices the first is told. */
export function encodeResponse(response: ChatResponse, context: EncodeContext): JsonObject {
  const fromUs = fieldsFor(ID, response.extras) !== undefined;
  const choice = response.choices[0];
  const ending = encodeFinish(choice?.finish ?? { reason: 'unknown' });
  const output = encodeTurn(choice?.parts ?? [], {
    path: 'choices[0]',
    losses: [],
    answer: {
      makeId: itemIds(context.generationId),
      logprobs: new LogprobCursor(choice?.logprobs),
      showSeals: wantsSeals(context.request),
    },
  });
  const head: JsonDraft = {
    id: fromUs && context.kept !== true ? response.id : responseId(context.generationId),
    object: 'response',
    created_at: fromUs ? response.createdSec : (response.createdSec ?? context.nowSec),
    ...(fromUs ? undefined : { ...ending, completed_at: null }),
  };
  const body: JsonDraft = {
    ...head,
    ...echo(context, response.extras),
    model: fromUs && response.model === '' ? undefined : response.model,
    output: fromUs ? output : markCut(output, ending.status),
  };
  if (context.kept === true) {
    body['store'] = true;
    body['previous_response_id'] = context.request.continues ?? null;
  }
  if (response.usage !== undefined) body['usage'] = encodeUsage(response.usage);
  else if (!fromUs) body['usage'] = null;
  return present(body);
}

/** Of an answer that is not whole the last item is not whole either. */
export function markCut(output: readonly JsonObject[], status: string): readonly JsonObject[] {
  const last = output.at(-1);
  if (status !== 'incomplete' || last?.['status'] === undefined) return output;
  return [...output.slice(0, -1), { ...last, status }];
}
