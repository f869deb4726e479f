// A streamed answer, from events to frames: the state machine of the API, event by event, each with its number. The last
// event repeats the whole answer; clients take it, not the pieces, for the truth.

import type { Frame } from '#base/frame.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { unreachable } from '#base/result.ts';
import type { ChatEvent, DeltaEvent, OpenEvent, StartEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Usage } from '#canonical/usage.ts';
import type { EncodeContext } from '../dialect.ts';
import { errorObject } from '../openai-failures.ts';
import { entriesOf } from './content.ts';
import { echo, itemIds, responseId, wantsSeals } from './envelope.ts';
import { encodeFinish } from './finish.ts';
import { ItemStream, kindOf } from './item-stream.ts';
import { ours, present } from './spelling.ts';
import { encodeUsage } from './usage.ts';
import { ID } from './wire.ts';

/** The field in which the router speaks for itself. */
const ROUTER = 'clew';

export class ResponsesStreamEncoder {
  readonly #context: EncodeContext;
  readonly #makeId: (prefix: string) => string;
  readonly #output: JsonObject[] = [];
  #frames: Frame[] = [];
  #sequence = 0;
  #start: StartEvent | undefined;
  #extras: Foreign | undefined;
  #usage: Usage | undefined;
  #item: ItemStream | undefined;
  /** The part that is being told; others, of further choices, are passed over. */
  #part = -1;
  readonly #logprobs: Json[] = [];
  #told: Json | undefined;

  constructor(context: EncodeContext) {
    this.#context = context;
    this.#makeId = itemIds(context.generationId);
  }

  push(event: ChatEvent): readonly Frame[] {
    switch (event.kind) {
      case 'start':
        this.#begin(event);
        break;
      case 'open':
        this.#open(event);
        break;
      case 'delta':
        if (event.part === this.#part) this.#delta(event);
        break;
      case 'close':
        if (event.part === this.#part) this.#item?.close(event);
        break;
      case 'usage':
        this.#usage = event.usage;
        break;
      case 'foreign':
        if (event.choice === undefined) this.#merge(event.foreign);
        break;
      case 'end':
        this.#end(event.finishes[0] ?? { reason: 'unknown' });
        break;
      case 'failure':
        this.#fail(event.failure);
        break;
      default:
        return unreachable(event);
    }
    return this.#take();
  }

  #take(): readonly Frame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }

  #emit(type: string, fields: JsonDraft): void {
    const data = JSON.stringify({ type, sequence_number: this.#sequence, ...fields });
    this.#sequence += 1;
    this.#frames.push({ event: type, data });
  }

  #begin(event: StartEvent): void {
    this.#start = event;
    this.#extras = event.extras;
    const response = { ...this.#envelope(), status: 'in_progress', output: [], usage: null };
    this.#emit('response.created', { response });
    this.#emit('response.in_progress', { response });
  }

  #open(event: OpenEvent): void {
    const kind = event.choice === 0 ? kindOf(event) : undefined;
    if (kind === undefined) return;
    this.#part = event.part;
    if (this.#item?.takes(kind, event) !== true) {
      this.#endItem();
      this.#item = new ItemStream(kind, event, {
        index: this.#output.length,
        makeId: this.#makeId,
        showSeals: wantsSeals(this.#context.request),
        emit: (type, fields) => this.#emit(type, fields),
      });
    }
    this.#item.open(event);
  }

  /** Log probabilities of a whole answer ride on its first delta, which may be one of reasoning: texts show them. */
  #delta(event: DeltaEvent): void {
    if (event.logprobs !== undefined) this.#logprobs.push(...entriesOf(event.logprobs));
    const shows = this.#item?.kind === 'message';
    this.#item?.delta(event.text, shows ? this.#logprobs.splice(0) : []);
  }

  #endItem(status?: string): void {
    if (this.#item === undefined) return;
    this.#output.push(this.#item.end(status));
    this.#item = undefined;
  }

  #end(finish: Finish): void {
    const ending = encodeFinish(finish);
    this.#endItem(ending.status === 'incomplete' ? ending.status : undefined);
    const fromUs = this.#fromUs;
    const response: JsonDraft = {
      ...(fromUs ? undefined : ending),
      ...this.#envelope(),
      ...(fromUs ? undefined : ending),
      output: this.#output,
      usage: this.#usage === undefined ? null : encodeUsage(this.#usage),
    };
    if (this.#told !== undefined) response[ROUTER] = this.#told;
    const status = typeof response['status'] === 'string' ? response['status'] : 'completed';
    this.#emit(status === 'incomplete' || status === 'failed' ? `response.${status}` : 'response.completed', {
      response,
    });
  }

  /** Two events, as the API does it: clients that do not raise at the first look at the second. */
  #fail(problem: Failure): void {
    const error = errorObject(problem);
    const { code, message, param } = error;
    this.#emit('error', { code, message, param, error });
    this.#endItem('incomplete');
    const response = {
      ...this.#envelope(),
      status: 'failed',
      error: { code, message },
      output: this.#output,
      usage: this.#usage === undefined ? null : encodeUsage(this.#usage),
    };
    this.#emit('response.failed', { response });
  }

  get #fromUs(): boolean {
    return fieldsFor(ID, this.#extras) !== undefined;
  }

  #envelope(): JsonDraft {
    const { generationId, nowSec, kept, request } = this.#context;
    const own = this.#fromUs && kept !== true && this.#start !== undefined && this.#start.id !== '';
    return present({
      id: own ? this.#start?.id : responseId(generationId),
      object: 'response',
      created_at: this.#start?.createdSec ?? nowSec,
      ...(this.#fromUs ? undefined : { error: null, incomplete_details: null, completed_at: null }),
      ...echo(this.#context, this.#extras),
      model: this.#start?.model ?? request.model,
      ...(kept === true ? { store: true, previous_response_id: request.continues ?? null } : undefined),
    });
  }

  /** Later fields win. */
  #merge(foreign: Foreign): void {
    const fields = fieldsFor(ID, foreign);
    if (fields === undefined) return;
    const { [ROUTER]: told, ...theirs } = fields;
    if (told !== undefined) this.#told = told;
    // What the router says does not make the answer one of this language's provider.
    if (Object.keys(theirs).length > 0) this.#extras = ours({ ...fieldsFor(ID, this.#extras), ...theirs });
  }
}
