// The words of the legacy Completions API that this dialect knows. Everything else is carried along in `extras`.
// Source: platform.openai.com/docs/api-reference/completions, and the recordings of the providers that speak it.

import type { Sampling } from '#canonical/request.ts';
import { ROUTER_FIELDS } from '../operation-wishes.ts';

export const ID = 'openai-completions';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

export const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  ...words('model prompt stream stream_options max_tokens stop n logprobs user logit_bias'),
  ...words('temperature top_p top_k min_p seed frequency_penalty presence_penalty repetition_penalty'),
  ...ROUTER_FIELDS,
]);

export const RESPONSE_FIELDS: ReadonlySet<string> = words('id object created model choices usage error');
export const CHOICE_FIELDS: ReadonlySet<string> = words('index text finish_reason logprobs');

export type NumberSetting = Exclude<keyof Sampling, 'logitBias'>;

export const SAMPLING: readonly (readonly [NumberSetting, string])[] = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['topK', 'top_k'],
  ['minP', 'min_p'],
  ['seed', 'seed'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['presencePenalty', 'presence_penalty'],
  ['repetitionPenalty', 'repetition_penalty'],
];

/** The data of the frame that ends a stream. */
export const DONE = '[DONE]';
