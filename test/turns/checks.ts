// What the rules of several vendors have in common: every call has its result, ids are of an alphabet, nothing is lost.

import { asArray, asObject, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';

/** Calls and results in the order of the request. */
export interface Paired {
  readonly kind: 'call' | 'result' | 'other';
  readonly id: string;
  readonly name?: string;
}

/** A text as it is; anything else as JSON, so that it is seen for what it is. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

export function objects(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

/** Every result answers a call before it, every call is answered once, before anything else is said. */
export function checkPairs(steps: readonly Paired[], id: RegExp): readonly string[] {
  const problems: string[] = [];
  let open = new Set<string>();
  const seen = new Set<string>();
  let last: Paired['kind'] = 'other';
  for (const step of steps) {
    if (step.kind !== 'other' && !id.test(step.id)) problems.push(`the id ${step.id} is not of ${id}`);
    if (step.kind === 'call') {
      if (seen.has(step.id)) problems.push(`the id ${step.id} is used twice`);
      if (last === 'result' && open.size > 0) problems.push(`a call before ${[...open].join()} is answered`);
      seen.add(step.id);
      open.add(step.id);
    } else if (step.kind === 'result') {
      if (!open.delete(step.id)) problems.push(`the result ${step.id} answers no open call`);
    } else if (open.size > 0) {
      problems.push(`calls ${[...open].join()} are not answered before something else is said`);
      open = new Set();
    }
    last = step.kind;
  }
  if (open.size > 0) problems.push(`calls ${[...open].join()} are never answered`);
  return problems;
}

export function checkAlternation(roles: readonly string[], first = 'user'): readonly string[] {
  const problems: string[] = [];
  if (roles[0] !== first) problems.push(`begins with ${textOf(roles[0])}`);
  for (let at = 1; at < roles.length; at += 1) {
    if (roles[at] === roles[at - 1]) problems.push(`two turns of ${textOf(roles[at])} at ${at}`);
  }
  return problems;
}

/** Names of what stands there but is not known: strict APIs refuse the request for it. */
export function unknownFields(
  value: Json | undefined,
  known: readonly string[],
  where: string,
): readonly string[] {
  return Object.keys(asObject(value) ?? {})
    .filter((field) => !known.includes(field))
    .map((field) => `${where} has an unknown field ${field}`);
}

export function required(
  value: JsonObject,
  fields: Readonly<Record<string, 'string' | 'number' | 'object'>>,
  where: string,
) {
  return Object.entries(fields)
    .filter(([field, type]) => typeof value[field] !== type || value[field] === null)
    .map(([field, type]) => `${where}.${field} is no ${type}`);
}
