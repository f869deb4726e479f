// Suffixes of model names, such as `:nitro`: a wish in the name, for clients that can say nothing else. A name may end in
// `:` and a word all the same (`qwen3:8b`), and a provider may sell a model under a name with such a suffix, so whoever
// knows the models asks for the whole name first and takes off one suffix after the other only while it is not found.

import type { PluginWish, ProviderWishes, RoutingWishes } from '#canonical/request.ts';

export const VARIANTS = ['nitro', 'floor', 'exacto', 'free', 'online', 'thinking', 'extended'] as const;

export type Variant = (typeof VARIANTS)[number];

export interface Stripped {
  readonly name: string;
  readonly variant: Variant;
}

/** The name without its last suffix; undefined when it ends in none that is known. */
export function stripVariant(name: string): Stripped | undefined {
  const colon = name.lastIndexOf(':');
  if (colon <= 0) return undefined;
  const word = name.slice(colon + 1);
  const variant = VARIANTS.find((known) => known === word);
  return variant === undefined ? undefined : { name: name.slice(0, colon), variant };
}

const WEB: PluginWish = { id: 'web', enabled: true, settings: {} };

/**
 * The wishes for a model whose name had these suffixes. What the request says itself stands before what a suffix says, but
 * for `:free`, which is no preference. `:thinking` asks for reasoning (`asksReasoning`), which is no wish to the router;
 * `:extended` only belongs to names that are sold with it.
 */
export function wishesOf(variants: readonly Variant[], wishes: RoutingWishes = {}): RoutingWishes {
  let { providers = {}, plugins = [] } = wishes;
  for (const variant of variants) {
    if (variant === 'online' && !plugins.some(({ id }) => id === WEB.id)) plugins = [...plugins, WEB];
    providers = providersFor(variant, providers);
  }
  return {
    ...wishes,
    ...(Object.keys(providers).length > 0 && { providers }),
    ...(plugins.length > 0 && { plugins }),
  };
}

function providersFor(variant: Variant, providers: ProviderWishes): ProviderWishes {
  switch (variant) {
    case 'nitro':
      return { sort: 'throughput', ...providers };
    case 'floor':
      return { sort: 'price', ...providers };
    case 'exacto':
      return { sort: 'exacto', ...providers };
    case 'free':
      return { ...providers, maxPrice: { ...providers.maxPrice, prompt: 0, completion: 0 } };
    default:
      return providers;
  }
}

export function asksReasoning(variants: readonly Variant[]): boolean {
  return variants.includes('thinking');
}
