// What a wire language must be able to do. Two interfaces, because some languages are spoken to providers but not by
// clients. Everything here is pure and synchronous: a dialect never throws on input, never reads a clock, never waits.

import type { Frame } from '#base/frame.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks, QuirkVocabulary } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { ChatResponse } from '#canonical/response.ts';

/** The head of a client's request, as far as a dialect may look at it. */
export interface Head {
  readonly path: string;
  /** Undefined when absent. The name is in lower case. */
  header(name: string): string | undefined;
}

export interface EncoderOptions {
  /** The client asked for a usage report in the stream. */
  readonly usage: boolean;
}

export interface StreamEncoder {
  push(event: ChatEvent): readonly Frame[];
}

export interface StreamDecoder {
  push(frame: Frame): readonly ChatEvent[];
  /** The connection ended. Gives the end when the answer was complete, else exactly one failure; then nothing more. */
  finish(): readonly ChatEvent[];
}

export interface EncodedFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** How clients speak to us. */
export interface ClientDialect {
  readonly id: DialectId;
  /** Where clients of this language send their requests. */
  readonly paths: readonly string[];
  decodeRequest(body: Json, head: Head): Result<ChatRequest, Failure>;
  encodeResponse(response: ChatResponse): Json;
  openEncoder(options: EncoderOptions): StreamEncoder;
  encodeFailure(failure: Failure): EncodedFailure;
  /** The answer to a request for the list of models. */
  encodeModels(models: readonly ListedModel[]): Json;
}

export interface ListedModel {
  readonly id: string;
  readonly owner: string;
  readonly contextTokens?: number;
}

/** How we speak to providers. */
export interface ProviderDialect {
  readonly id: DialectId;
  readonly quirks: QuirkVocabulary;
  /** Where the call goes, under the provider's base URL: `/chat/completions`. */
  path(model: string, stream: boolean): string;
  encodeRequest(
    request: ChatRequest,
    model: string,
    quirks: Quirks,
  ): { readonly body: Json; readonly losses: readonly Loss[] };
  decodeResponse(body: Json, quirks: Quirks): Result<ChatResponse, Failure>;
  openDecoder(quirks: Quirks): StreamDecoder;
  /** `headers` are the provider's, by lower-case name. `nowWallMs` is for dates in them. */
  decodeFailure(
    status: number,
    headers: (name: string) => string | undefined,
    body: string,
    nowWallMs: number,
  ): Failure;
}

/** Same language on both sides and nothing to fit: the body and the bytes go through. */
export interface Relay {
  /** Whether this request may go to this provider as it is, but for the fields that `relayRequest` changes. */
  canRelay(request: ChatRequest, body: JsonObject, quirks: Quirks): boolean;
  /**
   * The body as text with only the model's name and the router's own fields changed, and a usage report asked for.
   * Everything else keeps its bytes: key order, number text, unknown fields.
   */
  relayRequest(text: string, body: JsonObject, model: string): string;
  /** Whether a frame of the answer is for the client: the usage report that only Clew asked for is not. */
  keepFrame(frame: Frame, events: readonly ChatEvent[], options: EncoderOptions): boolean;
  /** The frame that ends a stream in this language, for providers that leave it out; absent where there is none. */
  readonly closing?: Frame;
}

export interface Dialect {
  readonly id: DialectId;
  readonly client?: ClientDialect;
  readonly provider?: ProviderDialect;
  readonly relay?: Relay;
}
