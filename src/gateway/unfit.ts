// Why a target cannot serve a request, as far as its language and its provider's memory go; what its model can do is asked
// in routing.

import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Target } from '#providers/target.ts';
import { CANNOT } from '#routing/candidates.ts';
import type { Plan } from '#routing/plan.ts';
import { droppedParameters } from './expressible.ts';
import type { Gateway } from './gateway.ts';

type Dialects = Pick<Gateway, 'dialects'>;

const UNTOLD = 'cannot be told';
/** Targets that a message names. */
const NAMED_MAX = 5;

/** Undefined for most requests: then nobody has to be asked. */
export function unfitness(
  request: Asked,
  { dialects }: Dialects,
): ((target: Target) => string | undefined) | undefined {
  const { onlyFor, continues, routing } = request;
  const insists = routing?.providers?.requireParameters === true && isChat(request);
  if (onlyFor === undefined && continues === undefined && !insists) return undefined;
  return (target) => {
    if (onlyFor !== undefined && target.dialect !== onlyFor.dialect) return onlyFor.why;
    if (continues !== undefined && !keepsAnswers(target, dialects))
      return 'nobody here knows the answer that the request goes on from';
    if (!insists) return undefined;
    const dropped = droppedParameters(request, target, dialects);
    return dropped.length === 0 ? undefined : `${UNTOLD} ${dropped.join(', ')}`;
  };
}

/** What to say when no target was left; undefined when that is not because of what is asked for. */
export function nobodyFits({ onlyFor, continues, model }: Asked, { removed }: Plan): Failure | undefined {
  if (continues !== undefined) {
    const message = `Previous response with id '${continues.slice(0, 100)}' not found.`;
    return failure('invalid_request', message, { field: 'previous_response_id' });
  }
  const name = `\`${model.slice(0, 200)}\``;
  if (onlyFor !== undefined) {
    const message = `${onlyFor.why} No target of ${name} speaks that language.`;
    return failure('unsupported_feature', message, { field: onlyFor.field });
  }
  const untold = removed.filter(({ why }) => why.startsWith(UNTOLD)).slice(0, NAMED_MAX);
  if (untold.length > 0) {
    const reasons = untold.map(({ target, why }) => `${target} ${why}`).join('; ');
    return failure(
      'unsupported_feature',
      `No target of ${name} takes all parameters of this request: ${reasons}.`,
    );
  }
  const unable = removed.filter(({ why }) => why === CANNOT).map(({ target }) => `\`${target}\``);
  if (unable.length === 0) return undefined;
  const message = `No target of ${name} serves such requests: ${unable.join(', ')}.`;
  return failure('unsupported_feature', message, { field: 'model' });
}

export function keepsAnswers(target: Target, dialects: Gateway['dialects']): boolean {
  return dialects.get(target.dialect)?.provider?.keepsAnswers?.(target.quirks) === true;
}
