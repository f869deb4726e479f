// What a client asks of a router and nobody does: neither Clew nor, since it is no router itself, the target.

import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { isRouter } from './router-fields.ts';
import type { Target } from './target.ts';

/** By the field's name in the languages of OpenRouter's API. Those that are absent here are heeded, or say nothing. */
const UNHEEDED: Readonly<Record<string, string>> = {
  preset: 'Presets are kept by the router that made them.',
  trace: 'Traces go to the places that the router’s own account names.',
  debug: 'What is sent to the provider is not echoed.',
  max_tool_calls: 'No tools are run here, so their calls are not bounded.',
  stop_server_tools_when: 'No tools are run here, so nothing stops them.',
};

const NONE: readonly Loss[] = Object.freeze([]);

/** The answer is as it would be without them. */
export function unheededWishes({ routing }: ChatRequest, target: Target): readonly Loss[] {
  if (routing === undefined || isRouter(target)) return NONE;
  const losses: Loss[] = [];
  const dropped = (path: string, why: string): void => {
    losses.push({ path: `routing.${path}`, did: 'dropped', why });
  };
  for (const { id, enabled } of routing.plugins ?? []) {
    if (enabled && id !== COMPRESSION)
      dropped(`plugins.${id}`, 'Only a target that is a router runs plugins.');
  }
  if (routing.compress === true) dropped('compress', 'Nothing is cut out of a prompt.');
  for (const name in routing.fields) {
    const why = UNHEEDED[name];
    if (why !== undefined) dropped(name, why);
  }
  return losses.length === 0 ? NONE : losses;
}

/** Told as `compress`, by whichever of its names it was asked for. */
const COMPRESSION = 'context-compression';
