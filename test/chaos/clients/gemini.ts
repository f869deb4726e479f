// Gemini, read strictly: the last chunk has a finish reason; an error is `{error: {code, message, status}}` with a number and
// one of google.rpc's words.

import { asArray, asNumber, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { nonsense, NOTHING } from './client.ts';
import type { ChaosClient, Read, StreamEvent } from './client.ts';

export const gemini: ChaosClient = {
  dialect: 'gemini',
  provider: 'sim-gemini',
  path: (model, stream) =>
    `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  body: (_model, _stream, say) => ({ contents: [{ role: 'user', parts: [{ text: say }] }] }),
  readWhole: (status, body) => {
    const answer = asObject(body);
    if (status !== 200) return errorOf(answer);
    return readChunks(answer === undefined ? [] : [answer]);
  },
  readStream,
};

function errorOf(body: JsonObject | undefined): Read {
  const error = asObject(body?.['error']);
  const status = asString(error?.['status']);
  if (
    asNumber(error?.['code']) === undefined ||
    asString(error?.['message']) === undefined ||
    status === undefined
  )
    return nonsense(`no error of this language: ${JSON.stringify(body)?.slice(0, 200)}`);
  return /^[A-Z_]+$/.test(status)
    ? { ...NOTHING, taken: 'error', error: status }
    : nonsense(`status ${status}`);
}

function readStream(events: readonly StreamEvent[]): Read {
  const chunks: JsonObject[] = [];
  for (const { data } of events) {
    const chunk = asObject(parseJson(data));
    if (chunk === undefined) return nonsense(`no chunk: ${data.slice(0, 80)}`);
    chunks.push(chunk);
  }
  return readChunks(chunks);
}

function readChunks(chunks: readonly JsonObject[]): Read {
  const candidates = chunks.map((chunk) => asObject(asArray(chunk['candidates'])?.[0]));
  const text = candidates.map((candidate) => textOf(asObject(candidate?.['content'])?.['parts'])).join('');
  const finish = candidates
    .map((candidate) => asString(candidate?.['finishReason']))
    .findLast((reason) => reason);
  const failed = chunks.find((chunk) => chunk['error'] !== undefined);
  if (failed !== undefined) {
    if (finish !== undefined || chunks.at(-1) !== failed) return nonsense('an error, and something after it');
    return { ...errorOf(failed), text };
  }
  const model = asString(chunks.at(-1)?.['modelVersion']);
  const hasUsage = chunks.some((chunk) => asObject(chunk['usageMetadata']) !== undefined);
  const facts = { text, hasUsage, ...(model === undefined ? {} : { model }) };
  return finish === undefined ? { ...facts, taken: 'cut' } : { ...facts, taken: 'complete', finish };
}

function textOf(parts: Json | undefined): string {
  const texts = (asArray(parts) ?? []).filter(isObject).filter((part) => part['thought'] !== true);
  return texts.map((part) => asString(part['text']) ?? '').join('');
}
