// Reads a stream of the Messages API as strictly as its page describes it, and says what is wrong with it.
// Source: platform.claude.com/docs/en/build-with-claude/streaming.

import { asNumber, asObject, asString, parseJson } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';

export interface MessagesStream {
  readonly problems: readonly string[];
  /** Blocks as a client puts them together, to be sent back with the next request. */
  readonly content: readonly JsonObject[];
  readonly stopReason: string | undefined;
  readonly usage: JsonObject;
}

/** By kind of block: the deltas that it may have. */
const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

export function readMessagesStream(text: string): MessagesStream {
  const reader = new Reader();
  for (const block of text.split('\n\n')) if (block !== '') reader.take(block);
  return reader.result();
}

class Reader {
  readonly #problems: string[] = [];
  readonly #content: JsonDraft[] = [];
  #state: 'before' | 'between' | 'block' | 'delta' | 'over' = 'before';
  #input = '';
  #stopReason: string | undefined;
  #usage: JsonObject = {};

  take(block: string): void {
    const [, name = '', data = ''] = /^event: (\S+)\ndata: (.*)$/.exec(block) ?? [];
    const event = asObject(parseJson(data));
    if (event === undefined) return this.#wrong(`no event: ${block.slice(0, 80)}`);
    if (event['type'] !== name) this.#wrong(`${name} says it is ${told(event['type'])}`);
    if (name === 'ping') return;
    const step = STEPS[name];
    if (step === undefined) return this.#wrong(`unknown event ${name}`);
    if (step.from !== this.#state) this.#wrong(`${name} in state ${this.#state}`);
    this.#state = step.to;
    if (name === 'message_start') this.#start(asObject(event['message']) ?? {});
    if (name === 'content_block_start') this.#open(event);
    if (name === 'content_block_delta') this.#delta(event);
    if (name === 'content_block_stop') this.#close(event);
    if (name === 'message_delta') this.#finish(event);
  }

  result(): MessagesStream {
    if (this.#state !== 'over') this.#wrong(`ends in state ${this.#state}`);
    return {
      problems: this.#problems,
      content: this.#content,
      stopReason: this.#stopReason,
      usage: this.#usage,
    };
  }

  #wrong(problem: string): void {
    this.#problems.push(problem);
  }

  #start(message: JsonObject): void {
    const { id, type, role, model, content, stop_reason: reason } = message;
    const begun = told([typeof id, type ?? '', role ?? '', typeof model, content ?? '', reason ?? null]);
    if (begun !== '["string","message","assistant","string",[],null]') this.#wrong(`message_start: ${begun}`);
    this.#count(message['usage'], ['input_tokens', 'output_tokens']);
  }

  #open({ index, content_block: begin }: JsonObject): void {
    if (index !== this.#content.length) this.#wrong(`block ${told(index)} after ${this.#content.length}`);
    const block = { ...asObject(begin) };
    this.#content.push(block);
    this.#input = '';
    const empty: Readonly<Record<string, Json | undefined>> = {
      text: block['text'],
      thinking: block['thinking'],
      tool_use: JSON.stringify(block['input']),
    };
    const begun = empty[asString(block['type']) ?? ''];
    if (begun !== '' && begun !== '{}') this.#wrong(`a block begins as ${JSON.stringify(block)}`);
  }

  #delta({ index, delta }: JsonObject): void {
    const block = this.#content.at(-1) ?? {};
    if (index !== this.#content.length - 1) this.#wrong(`a delta of block ${told(index)}`);
    const { type, text, thinking, signature, partial_json: json } = asObject(delta) ?? {};
    if (!(DELTAS[asString(block['type']) ?? ''] ?? []).includes(asString(type) ?? ''))
      this.#wrong(`${told(type)} in ${told(block['type'])}`);
    if (type === 'text_delta') block['text'] = (asString(block['text']) ?? '') + (asString(text) ?? '');
    if (type === 'thinking_delta')
      block['thinking'] = (asString(block['thinking']) ?? '') + (asString(thinking) ?? '');
    if (type === 'signature_delta') block['signature'] = asString(signature) ?? '';
    if (type === 'input_json_delta') this.#input += asString(json) ?? '';
  }

  #close({ index }: JsonObject): void {
    const block = this.#content.at(-1) ?? {};
    if (index !== this.#content.length - 1) this.#wrong(`block ${told(index)} is closed`);
    if (block['type'] !== 'tool_use') return;
    const input = asObject(parseJson(this.#input === '' ? '{}' : this.#input));
    if (input === undefined) this.#wrong(`input is ${this.#input}`);
    else block['input'] = input;
  }

  #finish({ delta, usage }: JsonObject): void {
    this.#stopReason = asString(asObject(delta)?.['stop_reason']);
    if (this.#stopReason === undefined) this.#wrong('no reason for the end');
    this.#count(usage, ['output_tokens']);
  }

  #count(usage: Json | undefined, wanted: readonly string[]): void {
    const counts = asObject(usage) ?? {};
    for (const name of wanted) if (asNumber(counts[name]) === undefined) this.#wrong(`no ${name}`);
    this.#usage = { ...this.#usage, ...counts };
  }
}

function told(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

interface Step {
  readonly from: 'before' | 'between' | 'block' | 'delta';
  readonly to: 'between' | 'block' | 'delta' | 'over';
}

const STEPS: Readonly<Record<string, Step>> = {
  message_start: { from: 'before', to: 'between' },
  content_block_start: { from: 'between', to: 'block' },
  content_block_delta: { from: 'block', to: 'block' },
  content_block_stop: { from: 'block', to: 'between' },
  message_delta: { from: 'between', to: 'delta' },
  message_stop: { from: 'delta', to: 'over' },
};
