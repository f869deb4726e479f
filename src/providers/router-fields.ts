// What a client says to a router, told to a target that is a router itself: its own name in a list of providers means
// nothing to it, and a list that holds nothing else would leave it without anybody to ask.

import { asArray, asObject, asString } from '#base/json.ts';
import type { JsonDraft } from '#base/json.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Target } from './target.ts';

const LISTS = ['order', 'only', 'ignore'] as const;

/** The very request where none of its lists names the target. */
export function withoutOwnName(request: ChatRequest, target: Target): ChatRequest {
  const { routing } = request;
  const provider = asObject(routing?.fields?.['provider']);
  if (provider === undefined) return request;
  let told: JsonDraft | undefined;
  for (const list of LISTS) {
    const names = asArray(provider[list]);
    const others = names?.filter((name) => !isNamed(target, asString(name) ?? ''));
    if (others === undefined || others.length === names?.length) continue;
    told ??= { ...provider };
    if (others.length > 0) told[list] = others;
    else delete told[list];
  }
  if (told === undefined) return request;
  // Whoever was only named himself may choose freely among his own.
  if (told['order'] === undefined && provider['order'] !== undefined) delete told['allow_fallbacks'];
  return { ...request, routing: { ...routing, fields: { ...routing?.fields, provider: told } } };
}

/** A provider by its id or display name, or one of its targets by `provider/model`; capitals do not matter. */
export function isNamed(target: Target, name: string): boolean {
  const wanted = name.toLowerCase();
  return (
    wanted === target.provider ||
    wanted === target.id.toLowerCase() ||
    wanted === target.providerName.toLowerCase()
  );
}

/** A target that chooses among providers of its own, and is told what the client wishes of them. */
export function isRouter({ quirks }: Target): boolean {
  return quirks['routerFields'] === 'forward';
}
