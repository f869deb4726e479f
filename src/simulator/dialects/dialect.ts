// What a wire language needs so that the simulator can speak its provider side. One file each; nothing in them knows of
// faults, sockets or time.

import type { Json, JsonObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import type { SyntheticAnswer, SyntheticRequest } from '../answer.ts';
import type { Role } from '../script.ts';

/** One message of a streamed answer, before pacing. */
export interface AnswerEvent {
  readonly role: Role;
  /** Its frame, with the blank line or line end that closes it; bytes where frames are no text. */
  readonly text: string | Uint8Array;
  readonly tokens: number;
}

export interface StreamNoise {
  /** Legal, and says nothing. */
  readonly ping: string | Uint8Array;
  /** One event whose JSON breaks off. */
  readonly malformed: string | Uint8Array;
  /** The beginning of an event that has no end. */
  readonly endless: string | Uint8Array;
}

export interface BytesAnswer {
  readonly type: string;
  /** A token each. */
  readonly blocks: readonly Uint8Array[];
  /** Whether the length is told beforehand. */
  readonly sized: boolean;
}

/** Why a provider refuses; each language has its own words for it. */
export type Complaint =
  | 'invalid'
  | 'not-found'
  | 'auth'
  | 'permission'
  | 'rate'
  | 'quota'
  | 'context-length'
  | 'content-filter'
  | 'timeout'
  | 'server'
  | 'overloaded';

export interface ReadProblem {
  readonly message: string;
  /** Path of the field. */
  readonly field: string;
}

export interface SimulatedDialect {
  /** The same id as the folder under dialects/. */
  readonly id: string;
  /** Whether a POST to this path asks for an answer in this language. */
  answers(path: string): boolean;
  /** The model's name, where it may be in the path too. */
  modelOf(body: JsonObject, path: string): string | undefined;
  readRequest(body: JsonObject, model: string, path: string): Result<SyntheticRequest, ReadProblem>;
  unary(answer: SyntheticAnswer, request: SyntheticRequest): Json;
  /** The answer in one piece where it is not JSON, in blocks; undefined where it is. */
  bytes?(answer: SyntheticAnswer, request: SyntheticRequest): BytesAnswer | undefined;
  readonly streamType: string;
  stream(answer: SyntheticAnswer, request: SyntheticRequest): Generator<AnswerEvent, void, void>;
  error(complaint: Complaint, status: number, message: string, field?: string): Json;
  /** An error in a stream whose status was 200, as one message. */
  streamError(complaint: Complaint, status: number, message: string): string | Uint8Array;
  /** What is wrong or empty in a stream of its layout. Absent: as in server-sent events. */
  readonly noise?: StreamNoise;
  /** The list of models, or one of them, when this GET path asks for it. */
  models(path: string, names: readonly string[]): Json | undefined;
}
