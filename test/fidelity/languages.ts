// The six languages as the report sees them: which recordings are theirs, how these are read and written again, and the
// named normalisations that the suites of the recordings hold. There is no other list.

import { asObject, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { ok } from '#base/result.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { anthropicMessages } from '#dialects/anthropic-messages/index.ts';
import { gemini } from '#dialects/gemini/index.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { openaiResponses } from '#dialects/openai-responses/index.ts';
import { normalise as normalMessages } from '../recordings/anthropic-messages-normal.ts';
import { normalised as normalCohere } from '../recordings/cohere-normal.ts';
import { readCohere } from '../recordings/cohere-reader.ts';
import { modelOf, normalised as normalConverse } from '../recordings/converse-normal.ts';
import { readConverse } from '../recordings/converse-reader.ts';
import type { Recording } from '../recordings/fixtures.ts';
import { normalise as normalGemini } from '../recordings/gemini-normal.ts';
import { normalise as normalChat } from '../recordings/openai-chat-normal.ts';
import { headOf } from '../support/head.ts';

export interface Language {
  readonly dialect: string;
  readonly apis: readonly string[];
  readonly read: (recording: Recording) => Result<ChatRequest, Failure>;
  readonly normal: (kind: 'request' | 'answer', body: Json) => Json;
  readonly quirks: (recording: Recording) => Readonly<Record<string, string>>;
}

const NONE = {};

function bodyOf({ request }: Recording): JsonObject {
  return asObject(request?.body) ?? {};
}

/** Models stand in the path of some servers; clients of Clew name them in the body. */
function withModel(recording: Recording): JsonObject {
  const body = bodyOf(recording);
  return body['model'] === undefined ? { ...body, model: 'in-the-path' } : body;
}

function envelope({ provider }: Recording): Readonly<Record<string, string>> {
  return provider === 'bedrock' || provider === 'vertex' ? { envelope: provider } : NONE;
}

export function pathOf({ request }: Recording): string {
  const [, model = 'm'] = /models\/([^:]+):/.exec(request?.path ?? '') ?? [];
  return `/v1beta/models/${model}:generateContent`;
}

export const LANGUAGES: readonly Language[] = [
  {
    dialect: 'openai-chat',
    apis: ['openai.chat', 'mistral.chat'],
    read: (recording) => openaiChat.client.decodeRequest(withModel(recording)),
    normal: normalChat,
    quirks: ({ provider }) => (provider === 'xai' ? { usageReasoning: 'outside' } : NONE),
  },
  {
    dialect: 'openai-responses',
    apis: ['openai.responses', 'openai.responses.get'],
    read: (recording) => openaiResponses.client.decodeRequest(withModel(recording)),
    normal: (_, body) => body,
    quirks: () => NONE,
  },
  {
    dialect: 'anthropic-messages',
    apis: ['anthropic.messages'],
    read: (recording) =>
      anthropicMessages.client.decodeRequest(
        withModel(recording),
        headOf('/v1/messages', recording.request?.headers),
      ),
    normal: (_, body) => normalMessages(body),
    quirks: envelope,
  },
  {
    dialect: 'gemini',
    apis: ['gemini.generateContent'],
    read: (recording) => gemini.client.decodeRequest(bodyOf(recording), headOf(pathOf(recording))),
    normal: (_, body) => normalGemini(body),
    quirks: () => NONE,
  },
  {
    dialect: 'bedrock-converse',
    apis: ['bedrock.converse'],
    read: (recording) => readable({ ...readConverse(bodyOf(recording)), model: modelOf(recording) }),
    normal: (_, body) => (isObject(body) ? normalConverse(body) : body),
    quirks: () => NONE,
  },
  {
    dialect: 'cohere',
    apis: ['cohere.v2.chat'],
    read: (recording) => readable(readCohere(bodyOf(recording))),
    normal: (_, body) => (isObject(body) ? normalCohere(body) : body),
    quirks: () => NONE,
  },
];

/** What the readers of tests give is a request when it says something. */
function readable(request: ChatRequest): Result<ChatRequest, Failure> {
  return request.messages.length > 0
    ? ok(request)
    : err(failure('invalid_request', 'The request has no messages.'));
}
