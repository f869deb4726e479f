// Responses, read strictly: the last event says `completed` with the whole answer in it, or `failed`; a failure is told by an
// event `error` before that, at which the official clients raise.

import { asArray, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { errorOf } from './chat.ts';
import { nonsense, NOTHING } from './client.ts';
import type { ChaosClient, Read, StreamEvent } from './client.ts';

export const responses: ChaosClient = {
  dialect: 'openai-responses',
  provider: 'sim-openai-responses',
  path: () => '/v1/responses',
  body: (model, stream, say) => ({ model, stream, input: say, store: false }),
  readWhole: (status, body) => {
    const answer = asObject(body);
    if (status !== 200) return errorOf(answer) ?? nonsense(`status ${status} without an error`);
    return readResponse(answer);
  },
  readStream,
};

function readResponse(response: JsonObject | undefined): Read {
  const status = asString(response?.['status']);
  if (response?.['object'] !== 'response' || status === undefined) return nonsense('no response');
  const text = textOf(response['output']);
  if (status === 'failed') {
    const code = asString(asObject(response['error'])?.['code']);
    return code === undefined
      ? nonsense('failed, and does not say why')
      : { ...NOTHING, text, taken: 'error', error: code };
  }
  if (status !== 'completed' && status !== 'incomplete') return nonsense(`the status is ${status}`);
  const model = asString(response['model']);
  const hasUsage = asObject(response['usage']) !== undefined;
  return { taken: 'complete', text, finish: status, hasUsage, ...(model === undefined ? {} : { model }) };
}

function textOf(output: Json | undefined): string {
  const items = (asArray(output) ?? []).filter(isObject);
  const parts = items.flatMap((item) => (asArray(item['content']) ?? []).filter(isObject));
  return parts.map((part) => (part['type'] === 'output_text' ? (asString(part['text']) ?? '') : '')).join('');
}

function readStream(events: readonly StreamEvent[]): Read {
  let text = '';
  let failed: Read | undefined;
  let last: Read | undefined;
  for (const { event, data } of events) {
    const told = asObject(parseJson(data));
    const type = asString(told?.['type']);
    if (told === undefined || type === undefined || (event !== undefined && event !== type))
      return nonsense(`no event: ${data.slice(0, 80)}`);
    if (last !== undefined) return nonsense(`${type} after the end`);
    if (type === 'response.output_text.delta') text += asString(told['delta']) ?? '';
    if (type === 'error') failed = flatError(told, text);
    if (/^response\.(?:completed|incomplete|failed)$/.test(type))
      last = readResponse(asObject(told['response']));
  }
  return ending({ ...NOTHING, text, taken: 'cut' }, failed, last);
}

function ending(soFar: Read, failed: Read | undefined, last: Read | undefined): Read {
  if (failed !== undefined)
    return last?.taken === 'error' ? failed : nonsense('an error, and no end that says so');
  if (last === undefined) return soFar;
  if (last.taken === 'complete' && last.text !== soFar.text)
    return nonsense('the whole is not the sum of its pieces');
  return { ...last, text: soFar.text };
}

/** In a stream the error stands in the event itself. */
function flatError(told: JsonObject, text: string): Read {
  const code = asString(told['code']) ?? asString(asObject(told['error'])?.['code']);
  return code === undefined
    ? nonsense('an error without a code')
    : { ...NOTHING, text, taken: 'error', error: code };
}
