// What a wire language must be able to do. Two interfaces, because some languages are spoken to providers but not by
// clients. Everything here is pure and synchronous: a dialect never throws on input, never reads a clock, never waits.
// A dialect serves one operation; the types of its requests and answers are parameters, a chat's where nothing is said.

import type { Frame, StreamFraming } from '#base/frame.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import type { AnswerFacts } from '#canonical/answer.ts';
import type { Asked, Operation } from '#canonical/asked.ts';
import type { CacheRule } from '#canonical/cache-rule.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks, QuirkVocabulary } from '#canonical/quirk.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import type { ChatResponse } from '#canonical/response.ts';
import type { Usage } from '#canonical/usage.ts';
import type { WireNames } from '#canonical/wire-names.ts';
import type { Unsayable } from './answer-losses.ts';

/** The head of a client's request, as far as a dialect may look at it. */
export interface Head {
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** Undefined when absent. The name is in lower case. */
  header(name: string): string | undefined;
}

/** What an encoder may need besides the answer itself: some languages repeat the request in it. */
export interface EncodeContext<Request extends Asked = ChatRequest> {
  readonly request: Request;
  /** Clew's own id of the exchange, for languages in which the client comes back with it. */
  readonly generationId: string;
  /** Seconds since 1970, when the exchange began. */
  readonly nowSec: number;
  /** Who answered; absent while nobody has. */
  readonly served?: Served;
  /** True when Clew itself keeps the answer to continue from, so that the client must know it by an id of Clew's. */
  readonly kept?: boolean;
  /** How the answer came about, for a client that wants to read it there. */
  readonly route?: () => JsonObject;
}

export interface Served {
  /** `provider/model`. */
  readonly target: string;
  /** The provider's display name. */
  readonly provider: string;
  readonly dialect: DialectId;
  /** US dollars; undefined where a price is unknown. */
  costOf(usage: Usage): ShownCost | undefined;
}

export interface ShownCost {
  readonly total: number;
  readonly prompt: number;
  readonly completion: number;
}

/** No provider is asked for an array: where one can be had, so can server-sent events. */
export type ProviderFraming = Exclude<StreamFraming, 'json-array'>;

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
export interface ClientDialect<
  Request extends Asked = ChatRequest,
  Response extends AnswerFacts = ChatResponse,
> {
  readonly id: DialectId;
  /** Where clients of this language send their requests. `{model}` stands for one or more characters, slashes too. */
  readonly paths: readonly string[];
  /** Whether a request to a path that several languages share is in this one. Absent: never, unless no other claims it. */
  claims?(head: Head): boolean;
  /** Whether clients may send a form; its small fields are the body that is decoded. Absent: JSON only. */
  readonly forms?: boolean;
  decodeRequest(body: Json, head: Head): Result<Request, Failure>;
  encodeResponse(response: Response, context: EncodeContext<Request>): Json;
  openEncoder(context: EncodeContext<Request>): StreamEncoder;
  /** How this client wants its stream laid out. Absent: server-sent events. */
  streamFraming?(head: Head): StreamFraming;
  encodeFailure(failure: Failure): EncodedFailure;
  /** False: answers are always written here, since this client wants more than a provider of the language says. */
  readonly relays?: boolean;
  /** What its answers have no place for, of what those of other languages hold. Absent: nobody else's are written in it. */
  readonly unsayable?: Unsayable;
  /** Server-sent text that shows that the stream is alive and means nothing else. Absent: a comment. */
  readonly keepAlive?: string;
  /** The same language in the manners of particular clients, each of which knows its own by `claims`. */
  readonly manners?: readonly ClientDialect[];
  /** The answer to a request for the list of models. `head` may say which of them. */
  encodeModels(models: readonly ListedModel[], head: Head): Json;
  /** The answer to a request for one of them. */
  encodeModel(model: ListedModel): Json;
  /** For clients that choose among the ways to serve a model. */
  readonly catalogue?: CatalogueAnswers;
  /** For languages in which an answer is kept, so that a later request may go on from it by its id. */
  readonly keeping?: AnswerKeeping;
  /** For languages with a call that counts the tokens of a request without answering it. */
  readonly counting?: TokenCounting;
}

/** Answers to questions about what is offered. */
export interface CatalogueAnswers {
  /** Beside `models`, which every language has. */
  readonly base: string;
  encodeCount(models: readonly ListedModel[], head: Head): Json;
  encodeEndpoints(model: ListedModel): Json;
  encodeProviders(providers: readonly { readonly id: string; readonly name: string }[]): Json;
  /** Models of one kind, such as those that give vectors: what is asked for below `base`, and the query that says so. */
  readonly kinds: Readonly<Record<string, string>>;
}

export interface AnswerKeeping {
  /** The id by which the client knows an answer that Clew keeps, made from that of the exchange. */
  answerId(generationId: string): string;
  /** Those messages of a request that a later one goes on from. */
  remembered(messages: readonly Message[]): readonly Message[];
  /** The answer to a request for what was said before a kept answer. */
  encodeInput(messages: readonly Message[], answerId: string): Json;
  /** The answer to a request to forget one. */
  encodeForgotten(answerId: string): Json;
}

export interface TokenCounting {
  /** As `paths` of the dialect. */
  readonly paths: readonly string[];
  decodeRequest(body: Json, head: Head): Result<ChatRequest, Failure>;
  encodeCount(inputTokens: number): Json;
}

export interface ListedModel {
  readonly id: string;
  readonly owner: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** One for each way to serve it: what a client that chooses among them wants to know. */
  readonly endpoints?: () => readonly ListedEndpoint[];
}

export interface ListedEndpoint {
  /** `provider/model`. */
  readonly target: string;
  /** The provider's id and display name. */
  readonly provider: string;
  readonly providerName: string;
  /** The model's display name, where the catalogue has one. */
  readonly name?: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  readonly inputs: readonly ListedModality[];
  readonly outputs: readonly ListedModality[];
  /** Whether it is known what the model can do at all. */
  readonly known: boolean;
  readonly reasons: boolean;
  readonly tools: boolean;
  readonly jsonSchema: boolean;
  readonly caches: boolean;
  /** Paths of a canonical request that its language can express: `sampling.topK`, `logprobs`. */
  readonly parameters: ReadonlySet<string>;
  /** Pico-dollars (1e-12 USD) for a token or a piece, by the words of the price list; undefined where unknown. */
  readonly price?: Readonly<Partial<Record<string, number>>>;
}

export type ListedModality =
  | 'text'
  | 'image'
  | 'file'
  | 'audio'
  | 'video'
  | 'embeddings'
  | 'rerank'
  | 'speech'
  | 'transcription'
  | 'decisions';

/** How we speak to providers. */
export interface ProviderDialect<
  Request extends Asked = ChatRequest,
  Response extends AnswerFacts = ChatResponse,
> {
  readonly id: DialectId;
  readonly quirks: QuirkVocabulary;
  /** Who issues the seals of this language when nothing else is said: its vendor. Absent where it has no seals of its own. */
  readonly issuer?: string;
  /** Who issues those of one model, where vendors' models are served side by side. Absent, undefined: the provider's. */
  issuerOf?(model: string): string | undefined;
  /** What a model caches of a prompt where it is marked; absent, undefined: it caches by itself, or not at all. */
  caching?(model: string, quirks: Quirks): CacheRule | undefined;
  /** Whether this provider hands seals on to whoever issued them, and so takes those of which nobody knows. Absent: no. */
  handsSealsOn?(quirks: Quirks): boolean;
  /** Where the call goes, under the provider's base URL: `/chat/completions`. */
  path(model: string, stream: boolean, quirks: Quirks): string;
  /** What this provider takes as names of tools and ids of calls. Undefined: anything. */
  names?(quirks: Quirks): WireNames | undefined;
  /** Headers that this language wants beside those of every call and those that authorise it; names in lower case. */
  headers?(request: Request, quirks: Quirks): Readonly<Record<string, string>>;
  /** Whether this provider keeps answers itself, to go on from by their ids. Absent: no. */
  keepsAnswers?(quirks: Quirks): boolean;
  /** How this provider lays out its streams. Absent: server-sent events. */
  streamFraming?(quirks: Quirks): ProviderFraming;
  encodeRequest(
    request: Request,
    model: string,
    quirks: Quirks,
  ): { readonly body: Json; readonly losses: readonly Loss[] };
  decodeResponse(body: Json, quirks: Quirks): Result<Response, Failure>;
  /** What is known of an answer that is not JSON and goes to the client as it is. Absent: such an answer is a failure. */
  describeBytes?(model: string): Response;
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
export interface Relay<Request extends Asked = ChatRequest, Response extends AnswerFacts = ChatResponse> {
  /** Whether this request may go to this provider as it is, but for the fields that `relayRequest` changes. */
  canRelay(request: Request, body: JsonObject, quirks: Quirks): boolean;
  /**
   * The body as text with only the model's name and the router's own fields changed, and a usage report asked for.
   * Everything else keeps its bytes: key order, number text, unknown fields.
   */
  relayRequest(text: string, body: JsonObject, model: string, quirks: Quirks): string;
  /**
   * What the record needs of an answer in one piece that goes to the client as it is: failure, id, model, finish, usage.
   * Parts may be left out where usage is reported. Absent: all of it is decoded.
   */
  readAnswer?(body: Json, quirks: Quirks): Result<Response, Failure>;
  /** Whether an answer in one piece is as the client asked for; one that is not is written anew. Absent: always. */
  keepAnswer?(response: Response, request: Request): boolean;
  /** Whether a frame of the answer is for the client: the usage report that only Clew asked for is not. */
  keepFrame(frame: Frame, events: readonly ChatEvent[], request: Request): boolean;
  /** The frame that ends a stream in this language, for providers that leave it out; absent where there is none. */
  readonly closing?: Frame;
}

export interface Dialect<Request extends Asked = ChatRequest, Response extends AnswerFacts = ChatResponse> {
  readonly id: DialectId;
  /** Absent: chats. */
  readonly operation?: Operation;
  readonly client?: ClientDialect<Request, Response>;
  readonly provider?: ProviderDialect<Request, Response>;
  readonly relay?: Relay<Request, Response>;
}

/** Any of them, as the engine sees them. The methods are given only what the same dialect, or one of its operation, made. */
export type AnyDialect = Dialect<Asked, AnswerFacts>;
export type AnyClientDialect = ClientDialect<Asked, AnswerFacts>;
export type AnyProviderDialect = ProviderDialect<Asked, AnswerFacts>;
export type AnyRelay = Relay<Asked, AnswerFacts>;
