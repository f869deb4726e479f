// A streamed answer, from a provider's frames to events. Each frame is a whole response in which texts are increments and
// counts are cumulative. Nothing marks the end: an answer is complete when the connection closes after every candidate
// said why it finished.

import type { Frame } from '#base/frame.ts';
import { asArray, asNumber, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { StreamDecoder } from '../dialect.ts';
import { AnswerIds } from './call-ids.ts';
import { ChoiceReader } from './choice-reader.ts';
import { blockedPrompt, secondsOf } from './decode-response.ts';
import { carriesError, decodeErrorObject } from './error-object.ts';
import { EventSink } from './event-sink.ts';
import { Fields, ours, sameJson } from './fields.ts';
import { decodeUsage } from './usage.ts';
import { RESPONSE_FIELDS } from './wire.ts';

const NOTHING: readonly ChatEvent[] = [];
/** As many as the API allows for `candidateCount`; an index beyond it is ignored. */
const CHOICES_MAX = 16;
/** Characters of arguments that may wait for their call to be complete. */
const HELD_LENGTH_MAX = 32 * 1024 * 1024;
/** Some routers that speak this language end their streams as another language does. */
const DONE = '[DONE]';

export class GeminiStreamDecoder implements StreamDecoder {
  readonly #sink = new EventSink();
  readonly #choices: (ChoiceReader | undefined)[] = [];
  readonly #ids = new AnswerIds();
  readonly #fields: JsonDraft = {};
  #started = false;
  #over = false;
  #malformed = 0;

  push(frame: Frame): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    if (frame.data === DONE) return this.finish();
    const parsed = parseJson(frame.data);
    if (parsed === undefined || typeof parsed !== 'object' || parsed === null) {
      this.#malformed += 1;
      return NOTHING;
    }
    if (carriesError(parsed)) return this.#fail(decodeErrorObject(parsed));
    const chunks: readonly Json[] = asArray(parsed) ?? [parsed];
    for (const chunk of chunks) {
      const problem = isObject(chunk) ? this.#read(chunk) : undefined;
      if (problem !== undefined) return this.#fail(problem);
    }
    return this.#sink.take();
  }

  finish(): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    const readers = Array.from(this.#choices);
    if (readers.length === 0 || !readers.every((reader) => reader?.finished === true))
      return this.#fail(this.#cut());
    this.#over = true;
    const finishes = readers.map((reader) => reader?.end() ?? { reason: 'unknown' as const });
    this.#sink.push({ kind: 'end', finishes });
    return this.#sink.take();
  }

  #cut(): Failure {
    if (this.#started || this.#malformed === 0)
      return failure('stream_cut', 'The answer broke off without its end.');
    return failure('upstream_protocol', 'Nothing in the provider’s stream could be read.');
  }

  #fail(problem: Failure): readonly ChatEvent[] {
    this.#over = true;
    this.#sink.push({ kind: 'failure', failure: problem });
    return this.#sink.take();
  }

  #read(chunk: JsonObject): Failure | undefined {
    const candidates = asArray(chunk['candidates']) ?? [];
    if (candidates.length === 0) {
      const blocked = blockedPrompt(chunk);
      if (blocked !== undefined) return blocked;
    }
    this.#readEnvelope(chunk);
    let held = 0;
    candidates.forEach((candidate, position) => {
      if (!isObject(candidate)) return;
      const reader = this.#choice(asNumber(candidate['index']) ?? position);
      reader?.read(candidate);
      held += reader?.held ?? 0;
    });
    const usage = asObject(chunk['usageMetadata']);
    const counted = usage && decodeUsage(usage);
    if (counted !== undefined) this.#sink.push({ kind: 'usage', usage: counted });
    if (held > HELD_LENGTH_MAX) return failure('upstream_runaway', 'A tool call outgrew what may be held.');
    return undefined;
  }

  #readEnvelope(chunk: JsonObject): void {
    const fields = new Fields(chunk, RESPONSE_FIELDS);
    fields.take('candidates');
    fields.take('usageMetadata');
    const id = fields.string('responseId') ?? '';
    const model = fields.string('modelVersion') ?? '';
    const fresh = this.#fresh(fields.rest());
    if (this.#started) {
      if (fresh !== undefined) this.#sink.push({ kind: 'foreign', foreign: ours(fresh) });
      return;
    }
    this.#started = true;
    this.#ids.of(id);
    const createdSec = secondsOf(asString(chunk['createTime']));
    const created = createdSec === undefined ? {} : { createdSec };
    this.#sink.push({ kind: 'start', id, model, ...created, losses: [], extras: ours(fresh ?? {}) });
  }

  /** Fields that are new or have changed: most repeat in every event. */
  #fresh(rest: JsonObject | undefined): JsonDraft | undefined {
    let fresh: JsonDraft | undefined;
    for (const key in rest) {
      if (sameJson(this.#fields[key], rest[key])) continue;
      this.#fields[key] = rest[key];
      fresh ??= {};
      fresh[key] = rest[key];
    }
    return fresh;
  }

  #choice(index: number): ChoiceReader | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= CHOICES_MAX) return undefined;
    const reader = this.#choices[index] ?? new ChoiceReader(this.#sink, index, this.#ids);
    this.#choices[index] = reader;
    return reader;
  }
}
