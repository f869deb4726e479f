// A request, from the centre's words to a provider's. It comes from a client of the same language: no chat is made a prompt.

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { present } from '../spelling.ts';
import { addCarried, spelled } from './spelling.ts';
import { SAMPLING } from './wire.ts';

export function encodeRequest(
  request: ChatRequest,
  model: string,
): { readonly body: Json; readonly losses: readonly Loss[] } {
  const { sampling, maxOutputTokens, choices, user, logprobs, extras } = request;
  // An answer that has begun already is gone on with: then the prompt is not as it was sent.
  const prompt = request.messages.length === 1 ? spelled(extras, 'prompt') : undefined;
  const body: JsonDraft = { model, prompt: prompt === undefined ? textOf(request) : (prompt ?? undefined) };
  for (const [setting, field] of SAMPLING) body[field] = sampling[setting];
  body['logit_bias'] = sampling.logitBias;
  body['max_tokens'] = maxOutputTokens;
  body['n'] = choices;
  body['stop'] = encodeStop(request);
  body['logprobs'] = logprobs?.top;
  body['user'] = user;
  addCarried(body, extras);
  if (request.stream) {
    body['stream'] = true;
    body['stream_options'] = { ...asObject(body['stream_options']), include_usage: true };
  }
  return { body: present(body), losses: [] };
}

function encodeStop({ stop, extras }: ChatRequest): Json | undefined {
  const only = stop?.[0];
  return stop?.length === 1 && only !== undefined && spelled(extras, 'stop') === 'text' ? only : stop;
}

function textOf({ messages }: ChatRequest): string {
  return messages
    .flatMap(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : '')))
    .join('');
}
