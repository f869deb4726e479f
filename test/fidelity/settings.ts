// The facts of a request that are neither messages nor what was said: parameters and tools. What asks for nothing that a
// target does not do anyway needs no word and is no fact; `needsNoWord` is the whole list.

import type { Json } from '#base/json.ts';
import type { ChatRequest, Tool } from '#canonical/request.ts';
import { canonical, foreignFacts } from './facts.ts';
import type { Fact } from './facts.ts';

/** By path, the value that is everybody's usual way. */
const NEEDS_NO_WORD: Readonly<Record<string, Json>> = {
  'toolChoice.kind': 'auto',
  parallelToolCalls: true,
  choices: 1,
  'output.kind': 'text',
  'output.strict': true,
  serviceTier: 'auto',
  'reasoning.enabled': true,
  'reasoning.hidden': false,
  // Thoughts that are shown at all are shown in the vendor's usual way.
  'reasoning.summary': 'auto',
};

/** Two words for one wish. */
const SAME: Readonly<Record<string, string>> = { 'serviceTier "default"': 'serviceTier "auto"' };

export function settingsOf(request: ChatRequest): readonly Fact[] {
  const facts: Fact[] = [];
  const add = (path: string, value: unknown, about = path): void => {
    if (value === undefined) return;
    const written = canonical(value);
    const meant = SAME[`${path} ${written}`] ?? `${path} ${written}`;
    if (path in NEEDS_NO_WORD && meant === `${path} ${canonical(NEEDS_NO_WORD[path])}`) return;
    facts.push({ path, about, value: written });
  };
  const { toolChoice, output, sampling } = request;
  const calls = request.tools.some(({ form }) => form !== 'hosted') && toolChoice?.kind !== 'none';
  // Where there is nothing to call, nothing has to be kept from being called.
  const idle = toolChoice?.kind === 'none' && request.tools.every(({ form }) => form === 'hosted');
  if (toolChoice !== undefined && !idle) {
    add('toolChoice.kind', toolChoice.kind);
    if (toolChoice.kind === 'named') add('toolChoice.name', toolChoice.name);
    if (toolChoice.kind === 'foreign') add('toolChoice.value', toolChoice.value);
  }
  if (calls) add('parallelToolCalls', request.parallelToolCalls);
  add('output.kind', output?.kind);
  if (output?.kind === 'json-schema')
    for (const field of ['schema', 'name', 'description', 'strict'] as const)
      add(`output.${field}`, output[field]);
  addReasoning(request, add);
  for (const [setting, value] of Object.entries(sampling)) add(`sampling.${setting}`, value);
  for (const field of ['maxOutputTokens', 'choices', 'cacheKey', 'serviceTier', 'user', 'continues'] as const)
    add(field, request[field]);
  request.stop?.forEach((text, index) => add(`stop[${index}]`, text, 'stop'));
  if (request.logprobs !== undefined) add('logprobs', true);
  add('logprobs.top', request.logprobs?.top);
  for (const [key, value] of Object.entries(request.metadata ?? {})) add(`metadata.${key}`, value);
  request.tools.forEach((tool, index) => facts.push(...toolFacts(tool, `tools[${index}]`)));
  facts.push(...foreignFacts(request.extras, '').map((fact) => ({ ...fact, path: fact.path.slice(1) })));
  return facts;
}

/** An effort of `none`, a budget of nothing and reasoning switched off are one wish. */
function addReasoning({ reasoning }: ChatRequest, add: (path: string, value: unknown) => void): void {
  if (reasoning === undefined) return;
  const { enabled, effort, budgetTokens, hidden, summary } = reasoning;
  if (enabled === false || effort === 'none' || budgetTokens === 0) {
    add('reasoning.enabled', false);
    // Nothing is thought that could be shown.
    return;
  }
  {
    add('reasoning.enabled', enabled);
    add('reasoning.effort', effort?.toLowerCase());
    add('reasoning.budgetTokens', budgetTokens);
  }
  add('reasoning.hidden', hidden);
  add('reasoning.summary', summary);
}

function toolFacts(tool: Tool, path: string): readonly Fact[] {
  if (tool.form === 'hosted') return [{ path, about: 'hosted tool', value: canonical(tool.value) }];
  const { name, form } = tool;
  const about = (what: string): string => `tool ${name} ${what}`;
  const facts: Fact[] = [{ path, about: about('form'), value: canonical(form) }];
  const add = (field: 'description' | 'schema' | 'strict', value: unknown): void => {
    if (value !== undefined && !(typeof value === 'string' && value.trim() === ''))
      facts.push({ path: `${path}.${field}`, about: about(field), value: canonical(value) });
  };
  add('description', tool.description);
  if (!isEmptySchema(tool.schema)) add('schema', tool.schema);
  if (tool.strict === true) add('strict', true);
  if (tool.cache !== undefined)
    facts.push({
      path: `${path}.cache`,
      about: 'cache of a tool',
      value: canonical(tool.cache.ttl ?? '5m'),
      also: ['cache'],
    });
  return [...facts, ...foreignFacts(tool.extras, path)];
}

/** A function that takes nothing, in the several ways of saying so. */
function isEmptySchema(schema: Json | undefined): boolean {
  if (schema === undefined || schema === null) return true;
  return ['{}', '{"type":"object"}', '{"properties":{},"type":"object"}'].includes(canonical(schema));
}
