// Which parameters a way to serve a model takes, by OpenRouter's names for them.

import type { ListedEndpoint } from '../../dialect.ts';

/** Which path of a canonical request stands behind each name. */
const PARAMETERS: readonly (readonly [name: string, path: string])[] = [
  ['temperature', 'sampling.temperature'],
  ['top_p', 'sampling.topP'],
  ['top_k', 'sampling.topK'],
  ['min_p', 'sampling.minP'],
  ['frequency_penalty', 'sampling.frequencyPenalty'],
  ['presence_penalty', 'sampling.presencePenalty'],
  ['repetition_penalty', 'sampling.repetitionPenalty'],
  ['seed', 'sampling.seed'],
  ['logit_bias', 'sampling.logitBias'],
  ['max_tokens', 'maxOutputTokens'],
  ['max_completion_tokens', 'maxOutputTokens'],
  ['stop', 'stop'],
  ['logprobs', 'logprobs'],
  ['top_logprobs', 'logprobs'],
];

/** Those that some endpoint takes. */
export function supportedBy(endpoints: readonly ListedEndpoint[]): readonly string[] {
  return [...new Set(endpoints.flatMap(parametersOf))];
}

export function parametersOf(endpoint: ListedEndpoint): readonly string[] {
  const names: string[] = [];
  for (const [name, path] of PARAMETERS) if (endpoint.parameters.has(path)) names.push(name);
  if (endpoint.tools) names.push('tools', 'tool_choice');
  if (endpoint.tools && endpoint.parameters.has('parallelToolCalls')) names.push('parallel_tool_calls');
  if (endpoint.jsonSchema) names.push('response_format', 'structured_outputs');
  if (endpoint.reasons) names.push('reasoning', 'reasoning_effort', 'include_reasoning');
  return names;
}
