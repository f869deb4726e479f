// Operations that have one shape which everybody imitates, OpenAI's: moderation, pictures, speech, transcripts. Nothing is
// understood but the model's name, usage, failures and the end; everything else goes through as it came.
// Source: platform.openai.com/docs/api-reference (moderations, images, audio).

import type { Frame } from '#base/frame.ts';
import { spliceJson } from '#base/json-splice.ts';
import { asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Operation } from '#canonical/asked.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { RelayedRequest, RelayedResponse } from '#canonical/operation.ts';
import type { Dialect, StreamEncoder } from './dialect.ts';
import { decodeFailure, encodeFailure } from './openai-failures.ts';
import { encodeModel, encodeModels } from './openai-models.ts';
import { ROUTER_FIELDS, wishesIn } from './operation-wishes.ts';
import { RelayedStreamDecoder } from './relayed-stream.ts';
import { readRelayedUsage } from './relayed-usage.ts';

export interface RelayedOptions {
  readonly id: string;
  readonly operation: Operation;
  /** Under the base URL of a provider, and under `/v1` of ours: `/audio/speech`. */
  readonly path: string;
  /** The model where the client names none; without one it must. */
  readonly usualModel?: string;
  readonly forms?: boolean;
  /** Answers may be anything, such as sound or subtitles. */
  readonly bytes?: boolean;
}

type Relayed = Dialect<RelayedRequest, RelayedResponse>;

export function relayed(options: RelayedOptions): Relayed & Required<Pick<Relayed, 'client' | 'provider'>> {
  const { id, operation, path, forms = false, bytes = false } = options;
  return {
    id,
    operation,
    client: {
      id,
      paths: [`/v1${path}`, `/api/v1${path}`],
      forms,
      decodeRequest: (body) => decodeRequest(body, options),
      encodeResponse: ({ body }) => body,
      openEncoder: () => openEncoder(id),
      encodeFailure,
      encodeModels,
      encodeModel,
    },
    provider: {
      id,
      quirks: {},
      path: () => path,
      headers: ({ stream }) => (bytes && !stream ? { accept: '*/*' } : {}),
      encodeRequest: ({ body }, model) => ({ body: { ...withoutWishes(body), model }, losses: [] }),
      decodeResponse,
      ...(bytes ? { describeBytes } : {}),
      openDecoder: () => new RelayedStreamDecoder(id),
      decodeFailure,
    },
    relay: {
      canRelay: () => true,
      relayRequest,
      keepFrame: () => true,
    },
  };
}

function decodeRequest(body: Json, { usualModel }: RelayedOptions): Result<RelayedRequest, Failure> {
  if (!isObject(body)) return err(failure('invalid_request', 'The body has no fields.'));
  const model = asString(body['model']) ?? usualModel;
  if (model === undefined || model === '') {
    return err(failure('invalid_request', '`model` is missing.', { field: 'model' }));
  }
  const wishes = wishesIn(body);
  if (!wishes.ok) return wishes;
  return ok({ model, stream: wantsStream(body), body, uncountable: true, ...wishes.value });
}

function relayRequest(text: string, body: JsonObject, model: string): string {
  const edits = new Map<string, string | undefined>([['model', JSON.stringify(model)]]);
  for (const field of ROUTER_FIELDS) if (body[field] !== undefined) edits.set(field, undefined);
  return spliceJson(text, edits) ?? JSON.stringify({ ...withoutWishes(body), model });
}

function withoutWishes(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !ROUTER_FIELDS.has(field)));
}

/** In a form everything is text; speech says it in another field. */
function wantsStream(body: JsonObject): boolean {
  return body['stream'] === true || body['stream'] === 'true' || body['stream_format'] === 'sse';
}

function decodeResponse(body: Json): Result<RelayedResponse, Failure> {
  if (!isObject(body)) {
    return err(failure('upstream_protocol', 'The answer of the provider is no object.'));
  }
  const usage = readRelayedUsage(body);
  return ok({
    id: asString(body['id']) ?? '',
    model: asString(body['model']) ?? '',
    losses: [],
    body,
    ...(usage === undefined ? {} : { usage }),
  });
}

function describeBytes(model: string): RelayedResponse {
  return { id: '', model, losses: [], body: null };
}

/** The frames as they came; a failure as OpenAI's clients look for it. */
function openEncoder(id: string): StreamEncoder {
  return {
    push: (event: ChatEvent): readonly Frame[] => {
      if (event.kind === 'failure') return [{ data: JSON.stringify(encodeFailure(event.failure).body) }];
      if (event.kind !== 'open' || event.what.kind !== 'foreign' || event.what.dialect !== id) return [];
      const { value } = event.what;
      const data = isObject(value) ? asString(value['data']) : undefined;
      const name = isObject(value) ? asString(value['event']) : undefined;
      if (data === undefined) return [];
      return [name === undefined ? { data } : { event: name, data }];
    },
  };
}
