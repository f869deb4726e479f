// What relayed answers say of their usage: tokens with their kinds, or nothing that can be priced (seconds, pictures).

import { asNumber, asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Usage } from '#canonical/usage.ts';

export function readRelayedUsage(body: JsonObject): Usage | undefined {
  const usage = asObject(body['usage']);
  const input = asNumber(usage?.['input_tokens']) ?? asNumber(usage?.['prompt_tokens']);
  const output = asNumber(usage?.['output_tokens']) ?? asNumber(usage?.['completion_tokens']);
  if (usage === undefined || input === undefined || output === undefined) return undefined;
  if (input < 0 || output < 0) return undefined;
  // Pictures say `input_tokens_details`, transcripts `input_token_details`.
  const inputs = asObject(usage['input_tokens_details'] ?? usage['input_token_details']);
  const outputs = asObject(usage['output_tokens_details'] ?? usage['output_token_details']);
  const heard = asNumber(inputs?.['audio_tokens']);
  const seen = asNumber(inputs?.['image_tokens']);
  const said = asNumber(outputs?.['audio_tokens']);
  const drawn = asNumber(outputs?.['image_tokens']);
  return {
    inputTotal: input,
    outputTotal: output,
    ...(heard === undefined ? {} : { audioInput: heard }),
    ...(seen === undefined ? {} : { imageInput: seen }),
    ...(said === undefined ? {} : { audioOutput: said }),
    ...(drawn === undefined ? {} : { imageOutput: drawn }),
  };
}
