// Suffixes of a model's name that ask for another answer, not for another target: `:online` for a search of the web,
// `:thinking` for reasoning.

import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { asksReasoning, wishesOf } from '#canonical/variants.ts';
import { resolveModel } from '#routing/resolve-model.ts';
import type { Routes } from '#routing/routes.ts';

/** The very request where its model is known by its whole name, or its suffixes ask for targets only. */
export function withNamedWishes(request: Asked, routes: Routes): Asked {
  if (!request.model.includes(':') || !isChat(request)) return request;
  const variants = resolveModel(request.model, routes)?.variants ?? [];
  const thinks = asksReasoning(variants) && request.reasoning === undefined;
  if (!thinks && !variants.includes('online')) return request;
  return {
    ...request,
    ...(thinks && { reasoning: { enabled: true } }),
    ...(variants.includes('online') && {
      routing: withPlugins(request, wishesOf(['online'], request.routing)),
    }),
  };
}

/** In the words of the language too, in which a target that is a router is told. */
function withPlugins(
  { routing }: ChatRequest,
  wishes: NonNullable<ChatRequest['routing']>,
): NonNullable<ChatRequest['routing']> {
  const written = wishes.plugins?.map(({ id, enabled, settings }) => ({ id, enabled, ...settings })) ?? [];
  return { ...wishes, fields: { ...routing?.fields, plugins: written } };
}
