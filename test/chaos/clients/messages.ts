// Messages, read strictly: `message_start` first but for pings, every block that is opened is closed, a stop reason, `message_stop` last; an
// error is `{type: "error", error: {type, message}}`, in an event of that name where it is in a stream.

import { asArray, asNumber, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { nonsense, NOTHING } from './client.ts';
import type { ChaosClient, Read, StreamEvent } from './client.ts';

export const messages: ChaosClient = {
  dialect: 'anthropic-messages',
  provider: 'sim-anthropic-messages',
  path: () => '/v1/messages',
  body: (model, stream, say) => ({
    model,
    stream,
    max_tokens: 4_000,
    messages: [{ role: 'user', content: say }],
  }),
  readWhole,
  readStream,
};

function errorOf(body: JsonObject | undefined): Read {
  const error = asObject(body?.['error']);
  const type = asString(error?.['type']);
  const message = asString(error?.['message']);
  if (body?.['type'] !== 'error' || type === undefined || !type.endsWith('_error') || message === undefined)
    return nonsense(`no error of this language: ${JSON.stringify(body)?.slice(0, 200)}`);
  return { ...NOTHING, taken: 'error', error: type };
}

function readWhole(status: number, body: Json | undefined): Read {
  const answer = asObject(body);
  if (status !== 200) return errorOf(answer);
  const finish = asString(answer?.['stop_reason']);
  if (answer?.['type'] !== 'message' || finish === undefined) return nonsense('no message');
  const blocks = (asArray(answer['content']) ?? []).filter(isObject);
  const text = blocks
    .map((block) => (block['type'] === 'text' ? (asString(block['text']) ?? '') : ''))
    .join('');
  return { taken: 'complete', text, finish, ...factsOf(answer, answer) };
}

function factsOf(
  start: JsonObject | undefined,
  end: JsonObject | undefined,
): Pick<Read, 'model' | 'hasUsage'> {
  const model = asString(start?.['model']);
  const hasUsage = asNumber(asObject(end?.['usage'])?.['output_tokens']) !== undefined;
  return model === undefined ? { hasUsage } : { model, hasUsage };
}

function typeOf(data: string): string | undefined {
  return asString(asObject(parseJson(data))?.['type']);
}

function readStream(events: readonly StreamEvent[]): Read {
  const misnamed = events.find(({ event, data }) => typeOf(data) === undefined || typeOf(data) !== event);
  if (misnamed !== undefined) return nonsense(`no event: ${misnamed.data.slice(0, 80)}`);
  const told = events
    .filter(({ event }) => event !== 'ping')
    .map(({ data }) => asObject(parseJson(data)) ?? {});
  const types = told.map((event) => asString(event['type']));
  const of = (type: string): readonly JsonObject[] => told.filter((event) => event['type'] === type);
  const text = of('content_block_delta')
    .map((event) => asString(asObject(event['delta'])?.['text']) ?? '')
    .join('');
  const [error] = of('error');
  if (error !== undefined) {
    if (types.at(-1) !== 'error') return nonsense('something after the error');
    return { ...errorOf(error), text };
  }
  const finish = of('message_delta')
    .map((event) => asString(asObject(event['delta'])?.['stop_reason']))
    .findLast((reason) => reason);
  const facts = {
    ...factsOf(asObject(of('message_start')[0]?.['message']), of('message_delta').at(-1)),
    text,
  };
  if (types.at(-1) !== 'message_stop' || finish === undefined) return { ...facts, taken: 'cut' };
  if (types[0] !== 'message_start' || types.filter((type) => type === 'message_start').length !== 1)
    return nonsense('not one start');
  if (of('content_block_start').length !== of('content_block_stop').length)
    return nonsense('a block is left open');
  return { ...facts, taken: 'complete', finish };
}
