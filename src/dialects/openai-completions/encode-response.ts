// A whole answer, from the centre's words to a client's. Of a chat's answer the text is all that there is a place for.

import type { JsonObject } from '#base/json.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import { encodeFinish } from './finish.ts';
import { encodeLogprobs } from './logprobs.ts';
import { addCarried } from './spelling.ts';
import { encodeUsage } from './usage.ts';

export function encodeResponse(response: ChatResponse): JsonObject {
  const { id, model, createdSec = 0, choices, usage, extras } = response;
  return addCarried(
    {
      id,
      object: 'text_completion',
      created: createdSec,
      model,
      choices: choices.map(encodeChoice),
      ...(usage === undefined ? {} : { usage: encodeUsage(usage) }),
    },
    extras,
  );
}

function encodeChoice({ parts, finish, logprobs, extras }: Choice, index: number): JsonObject {
  return addCarried(
    {
      text: parts.map((part) => (part.kind === 'text' || part.kind === 'refusal' ? part.text : '')).join(''),
      index,
      logprobs: logprobs === undefined ? null : encodeLogprobs(logprobs, 0),
      finish_reason: encodeFinish(finish),
    },
    extras,
  );
}
