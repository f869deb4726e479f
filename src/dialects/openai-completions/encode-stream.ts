// A streamed answer, from events to a client's frames.

import type { Frame } from '#base/frame.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ChatEvent, DeltaEvent, EndEvent } from '#canonical/event.ts';
import type { Usage } from '#canonical/usage.ts';
import type { StreamEncoder } from '../dialect.ts';
import { errorObject } from '../openai-failures.ts';
import { encodeFinish } from './finish.ts';
import { encodeLogprobs } from './logprobs.ts';
import { encodeUsage } from './usage.ts';
import { DONE } from './wire.ts';

const NOTHING: readonly Frame[] = [];

export class CompletionStreamEncoder implements StreamEncoder {
  readonly #wantsUsage: boolean;
  /** The choice of each part whose text is shown. */
  readonly #choiceOf = new Map<number, number>();
  /** Characters shown of each choice: log probabilities count from there. */
  readonly #shown: number[] = [];
  #envelope: JsonObject = {};
  #usage: Usage | undefined;

  constructor({ usage }: { readonly usage: boolean }) {
    this.#wantsUsage = usage;
  }

  push(event: ChatEvent): readonly Frame[] {
    switch (event.kind) {
      case 'start': {
        const { id, createdSec = 0, model } = event;
        this.#envelope = { id, object: 'text_completion', created: createdSec, model };
        return NOTHING;
      }
      case 'open':
        if (event.what.kind === 'text' || event.what.kind === 'refusal') {
          this.#choiceOf.set(event.part, event.choice);
        }
        return NOTHING;
      case 'delta':
        return this.#delta(event);
      case 'usage':
        this.#usage = event.usage;
        return NOTHING;
      case 'end':
        return this.#end(event);
      case 'failure':
        return [{ data: JSON.stringify({ error: errorObject(event.failure) }) }];
      default:
        return NOTHING;
    }
  }

  #delta({ part, text, logprobs }: DeltaEvent): readonly Frame[] {
    const choice = this.#choiceOf.get(part);
    if (choice === undefined) return NOTHING;
    const offset = this.#shown[choice] ?? 0;
    this.#shown[choice] = offset + text.length;
    return [
      this.#chunk(choice, text, logprobs === undefined ? null : encodeLogprobs(logprobs, offset), null),
    ];
  }

  #end({ finishes }: EndEvent): readonly Frame[] {
    const frames = finishes.map((finish, choice) => this.#chunk(choice, '', null, encodeFinish(finish)));
    if (this.#wantsUsage && this.#usage !== undefined) {
      const report = { ...this.#envelope, choices: [], usage: encodeUsage(this.#usage) };
      frames.push({ data: JSON.stringify(report) });
    }
    frames.push({ data: DONE });
    return frames;
  }

  #chunk(index: number, text: string, logprobs: Json, finish: string | null): Frame {
    const choice = { text, index, logprobs, finish_reason: finish };
    return { data: JSON.stringify({ ...this.#envelope, choices: [choice] }) };
  }
}
