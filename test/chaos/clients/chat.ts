// Chat Completions, read strictly: a stream is whole with a finish reason and `[DONE]`, an error has a message, a type and a code.

import { asArray, asObject, asString, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { nonsense, NOTHING } from './client.ts';
import type { ChaosClient, Read, StreamEvent } from './client.ts';

export const chat: ChaosClient = {
  dialect: 'openai-chat',
  provider: 'sim',
  path: () => '/v1/chat/completions',
  body: (model, stream, say) => ({
    model,
    stream,
    messages: [{ role: 'user', content: say }],
    ...(stream ? { stream_options: { include_usage: true } } : {}),
  }),
  readWhole,
  readStream,
};

/** The error object of both languages of this vendor. */
export function errorOf(body: JsonObject | undefined): Read | undefined {
  const error = asObject(body?.['error']);
  if (error === undefined) return undefined;
  const [message, type, code] = ['message', 'type', 'code'].map((name) => asString(error[name]));
  if (message === undefined || type === undefined || code === undefined || message.length < 10)
    return nonsense(`no error of this language: ${JSON.stringify(error)}`);
  return { ...NOTHING, taken: 'error', error: code };
}

function readWhole(status: number, body: Json | undefined): Read {
  const answer = asObject(body);
  if (status !== 200) return errorOf(answer) ?? nonsense(`status ${status} without an error`);
  const choice = asObject(asArray(answer?.['choices'])?.[0]);
  const finish = asString(choice?.['finish_reason']);
  if (answer?.['object'] !== 'chat.completion' || finish === undefined) return nonsense('no chat completion');
  const text = asString(asObject(choice?.['message'])?.['content']) ?? '';
  return { ...factsOf([answer]), taken: 'complete', text, finish };
}

function readStream(events: readonly StreamEvent[]): Read {
  const done = events.at(-1)?.data === '[DONE]';
  const chunks: JsonObject[] = [];
  for (const { data } of done ? events.slice(0, -1) : events) {
    const chunk = asObject(parseJson(data));
    if (chunk === undefined) return nonsense(`no chunk: ${data.slice(0, 80)}`);
    chunks.push(chunk);
  }
  const choices = chunks.map((chunk) => asObject(asArray(chunk['choices'])?.[0]));
  const text = choices.map((choice) => asString(asObject(choice?.['delta'])?.['content']) ?? '').join('');
  const finish = choices.map((choice) => asString(choice?.['finish_reason'])).findLast((reason) => reason);
  const facts = { ...factsOf(chunks), text, ...(finish === undefined ? {} : { finish }) };
  const failed = errorOf(chunks.find((chunk) => chunk['error'] !== undefined));
  if (failed === undefined) return { ...facts, taken: done && finish !== undefined ? 'complete' : 'cut' };
  if (done || finish !== undefined) return nonsense('an error, and an end as of a whole answer');
  return { ...failed, text };
}

function factsOf(chunks: readonly JsonObject[]): Pick<Read, 'model' | 'hasUsage'> {
  const model = asString(chunks.at(-1)?.['model']);
  const hasUsage = chunks.some((chunk) => asObject(chunk['usage']) !== undefined);
  return model === undefined ? { hasUsage } : { model, hasUsage };
}
