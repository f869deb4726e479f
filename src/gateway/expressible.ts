// Which parameters a target's language can express. Nobody keeps a list: a request is encoded for the target, and what the
// encoder says that it dropped is what the target cannot be told. Nothing is sent.

import type { ChatRequest } from '#canonical/request.ts';
import type { AnyDialect } from '#dialects/dialect.ts';
import { fit } from '#providers/fit.ts';
import type { Target } from '#providers/target.ts';

type Dialects = ReadonlyMap<string, AnyDialect>;

/** Parameters of requests by their canonical paths. Ids, marks and labels are none: an answer does not depend on them. */
const PARAMETERS =
  /^(?:sampling\.\w+|stop|choices|logprobs|toolChoice|parallelToolCalls|output|reasoning|reasoning\.(?:effort|budgetTokens)|serviceTier|modalities|tools\[\d+\]|extras\.\w+)$/;

/** Some encoders name what they leave out as their wire does. */
const WIRE_NAMES: ReadonlyMap<string, string> = new Map([
  ['temperature', 'sampling.temperature'],
  ['top_p', 'sampling.topP'],
  ['topP', 'sampling.topP'],
  ['top_k', 'sampling.topK'],
  ['topK', 'sampling.topK'],
  ['min_p', 'sampling.minP'],
  ['minP', 'sampling.minP'],
  ['seed', 'sampling.seed'],
  ['frequency_penalty', 'sampling.frequencyPenalty'],
  ['frequencyPenalty', 'sampling.frequencyPenalty'],
  ['presence_penalty', 'sampling.presencePenalty'],
  ['presencePenalty', 'sampling.presencePenalty'],
  ['repetition_penalty', 'sampling.repetitionPenalty'],
  ['repetitionPenalty', 'sampling.repetitionPenalty'],
  ['logit_bias', 'sampling.logitBias'],
  ['logitBias', 'sampling.logitBias'],
  ['top_logprobs', 'logprobs'],
  ['n', 'choices'],
  ['response_format', 'output'],
  ['tool_choice', 'toolChoice'],
  ['parallel_tool_calls', 'parallelToolCalls'],
  ['reasoning_effort', 'reasoning.effort'],
  ['service_tier', 'serviceTier'],
]);

/** Paths of the parameters of a request that would be dropped on the way to a target. */
export function droppedParameters(
  request: ChatRequest,
  target: Target,
  dialects: Dialects,
): readonly string[] {
  const speaker = dialects.get(target.dialect)?.provider;
  if (speaker === undefined) return [];
  const fitted = fit(request, target, { names: speaker.names?.(target.quirks) });
  const { losses } = speaker.encodeRequest(fitted.request, target.model, target.quirks);
  const paths: string[] = [];
  for (const { path, did } of losses) {
    if (did !== 'dropped') continue;
    const canonical = WIRE_NAMES.get(path) ?? path;
    if (PARAMETERS.test(canonical) && !paths.includes(canonical)) paths.push(canonical);
  }
  return paths;
}

/** Everything that can be said at once; `top_p` apart, which some models do not take beside a temperature. */
const PROBES: readonly ChatRequest[] = [
  probe({
    sampling: {
      temperature: 0.5,
      topK: 5,
      minP: 0.1,
      seed: 1,
      frequencyPenalty: 0.1,
      presencePenalty: 0.1,
      repetitionPenalty: 1.1,
      logitBias: { '1': 1 },
    },
    stop: ['x'],
    choices: 2,
    logprobs: { top: 1 },
    maxOutputTokens: 16,
    tools: [{ form: 'function', name: 'f', schema: { type: 'object', properties: {} } }],
    parallelToolCalls: true,
  }),
  probe({ sampling: { topP: 0.5 } }),
];

function probe(more: Partial<ChatRequest>): ChatRequest {
  const messages = [{ role: 'user', parts: [{ kind: 'text', text: 'x' }] }] as const;
  return { model: '', messages, tools: [], sampling: {}, stream: false, ...more };
}

const known = new WeakMap<Target, ReadonlySet<string>>();

/** Paths of the parameters that a target can be told; reckoned once for each. */
export function expressibleParameters(target: Target, dialects: Dialects): ReadonlySet<string> {
  const before = known.get(target);
  if (before !== undefined) return before;
  const paths = new Set(['maxOutputTokens']);
  for (const request of PROBES) {
    const dropped = droppedParameters(request, target, dialects);
    for (const path of pathsIn(request)) if (!dropped.includes(path)) paths.add(path);
  }
  if (target.traits.includes('fixed-sampling'))
    for (const path of ['sampling.temperature', 'sampling.topP']) paths.delete(path);
  known.set(target, paths);
  return paths;
}

function pathsIn(request: ChatRequest): readonly string[] {
  const paths = Object.keys(request.sampling).map((name) => `sampling.${name}`);
  for (const path of ['stop', 'choices', 'logprobs', 'parallelToolCalls'] as const)
    if (request[path] !== undefined) paths.push(path);
  return paths;
}
