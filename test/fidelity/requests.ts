// Every recorded request of the languages that clients speak, as a canonical one.

import { isObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import { isInvented, readRecordings } from '../recordings/fixtures.ts';
import type { Recording } from '../recordings/fixtures.ts';
import { headOf } from '../support/head.ts';

export interface RecordedRequest {
  readonly recording: Recording;
  readonly dialect: string;
  readonly request: ChatRequest;
}

/** The wire languages of the recordings, by the dialect that reads them. */
export const APIS: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': ['openai.chat', 'mistral.chat'],
  'openai-responses': ['openai.responses'],
  'anthropic-messages': ['anthropic.messages'],
  gemini: ['gemini.generateContent'],
};

/** Those that a client could have sent: what our own schema refuses, the provider refused too. */
export function recordedRequests(): readonly RecordedRequest[] {
  return Object.entries(APIS).flatMap(([dialect, apis]) =>
    readRecordings(apis).flatMap((recording) => {
      if (isInvented(recording) || !isObject(recording.request?.body)) return [];
      const request = decode(dialect, recording);
      return request === undefined ? [] : [{ recording, dialect, request }];
    }),
  );
}

function decode(dialect: string, { request }: Recording): ChatRequest | undefined {
  const body = request?.body as JsonObject;
  const [, model = 'm'] = /models\/([^:/]+)[:/]/.exec(request?.path ?? '') ?? [];
  const head = headOf(`/v1beta/models/${model}:generateContent`, request?.headers);
  const named = dialect === 'gemini' || body['model'] !== undefined ? body : { ...body, model };
  const read = CHAT_DIALECTS.get(dialect)?.client?.decodeRequest(named, head);
  return read?.ok === true ? read.value : undefined;
}
