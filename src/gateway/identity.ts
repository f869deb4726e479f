// Some providers name neither their answer nor the model that gave it; clients want both. Then it is our id of the exchange,
// and the model that was asked for. Records keep what the provider said.

import type { Asked } from '#canonical/asked.ts';
import type { EncodeContext } from '#dialects/dialect.ts';

interface Named {
  readonly id: string;
  readonly model: string;
}

/** The very object that was given, where nothing is missing. */
export function withIdentity<Answer extends Named>(answer: Answer, context: EncodeContext<Asked>): Answer {
  if (answer.id !== '' && answer.model !== '') return answer;
  const { id, model } = answer;
  return {
    ...answer,
    id: id === '' ? context.generationId : id,
    model: model === '' ? context.request.model : model,
  };
}
