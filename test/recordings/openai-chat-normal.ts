// The named differences between a recorded body and the same body written again: each is one meaning in two spellings.

import { isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';

/** How often each normalisation had something to do, over both sides. */
export const tally = new Map<string, number>();

type Normalisation = (object: JsonDraft) => boolean;

export function normalise(kind: 'request' | 'answer', body: Json): Json {
  return walk(body, kind === 'request' ? REQUEST : ANSWER);
}

const REQUEST: Readonly<Record<string, Normalisation>> = {
  /** Clew asks for a usage report in every stream, whether the client did or not. */
  'usage is asked for': (object) => {
    const options = object['stream_options'];
    if (!isObject(options) || options['include_usage'] === undefined) return false;
    const { include_usage: _, ...rest } = options;
    object['stream_options'] = Object.keys(rest).length === 0 ? undefined : rest;
    return true;
  },
};

const ANSWER: Readonly<Record<string, Normalisation>> = {
  /** Some providers leave out what says which kind of object it is; official clients want it. */
  'the kind of object is named': (object) => remove(object, 'object', 'chat.completion'),
  /** An answer with calls ended for calls, whatever its provider says; its own word stands beside. */
  'calls decide the finish reason': (choice) => {
    const message = choice['message'];
    if (!isObject(message) || !Array.isArray(message['tool_calls']) || message['tool_calls'].length === 0) {
      return false;
    }
    if (choice['finish_reason'] === 'stop' || choice['finish_reason'] === '') {
      choice['finish_reason'] = 'tool_calls';
      return true;
    }
    return remove(choice, 'native_finish_reason', 'stop');
  },
  /** One provider says nothing where it should say why it ended; an answer that came whole ended by itself. */
  'an empty reason is a stop': (choice) => {
    if (choice['finish_reason'] !== '') return false;
    choice['finish_reason'] = 'stop';
    return true;
  },
  /** A filtered choice may lack its message; clients look into it without asking. */
  'a message is always there': (choice) => {
    const message = choice['message'];
    const isEmpty = isObject(message) && message['content'] === null && Object.keys(message).length === 2;
    if (!isEmpty || choice['finish_reason'] !== 'content_filter') return false;
    choice['message'] = undefined;
    return true;
  },
  /** One provider leaves out which kind of call it is; clients ask before they look. */
  'calls say their kind': (call) => {
    if (call['type'] !== undefined || !isObject(call['function']) || call['id'] === undefined) return false;
    call['type'] = 'function';
    return true;
  },
  /** One provider's thinking stands among the content; clients read content as one text. */
  'content is one text': (message) => {
    const content = message['content'];
    const details = message['reasoning_details'];
    if (!Array.isArray(content)) {
      const ours =
        Array.isArray(details) && details.every((one) => isObject(one) && one['format'] === 'unknown');
      if (!ours || typeof message['reasoning_content'] !== 'string') return false;
      message['reasoning_details'] = undefined;
      return true;
    }
    const said = (part: Json, field: string): string =>
      isObject(part) && part['type'] === field ? textsIn(part[field] ?? '') : '';
    const list = content as readonly Json[];
    message['content'] = list.map((part) => said(part, 'text')).join('');
    message['reasoning_content'] = list.map((part) => said(part, 'thinking')).join('');
    return true;
  },
  /** One provider counts them in a field of its own only; clients look elsewhere. */
  'cached tokens stand among the details': (usage) => {
    if (usage['num_cached_tokens'] === undefined || usage['num_cached_tokens'] === null) return false;
    const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
    usage['prompt_tokens_details'] = { cached_tokens: usage['num_cached_tokens'], ...details };
    return true;
  },
  /** One router writes a number in their place; clients refuse it with the whole answer. */
  'log probabilities are an object': (choice) => {
    if (typeof choice['logprobs'] !== 'number') return false;
    choice['logprobs'] = undefined;
    return true;
  },
  /** One provider fills every field with nothing; clients take the call and the sound for real. */
  'nothing is not said': (message) => {
    const call = message['function_call'];
    const audio = message['audio'];
    if (isObject(call) && call['name'] === '') message['function_call'] = undefined;
    else if (!isObject(audio) || audio['data'] !== '') return false;
    if (isObject(audio) && audio['data'] === '') message['audio'] = undefined;
    return true;
  },
  /** A call without an id cannot be answered, so it gets one that is made from the answer's id. */
  'calls have ids': (call) => {
    if (call['type'] !== 'function' || typeof call['id'] !== 'string') return false;
    if (call['id'] !== '' && !/^call_[A-Za-z0-9]{20}_\d+$/.test(call['id'])) return false;
    call['id'] = undefined;
    return true;
  },
};

function textsIn(value: Json): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value)
    ? value.map((one: Json) => (isObject(one) ? textsIn(one['text'] ?? '') : '')).join('')
    : '';
}

function remove(object: JsonDraft, key: string, value: string): boolean {
  if (object[key] !== value) return false;
  object[key] = undefined;
  return true;
}

function walk(value: Json, table: Readonly<Record<string, Normalisation>>): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => walk(item, table));
  if (!isObject(value)) return value;
  const draft: JsonDraft = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) draft[key] = walk(item, table);
  }
  for (const [name, apply] of Object.entries(table)) {
    if (apply(draft)) tally.set(name, (tally.get(name) ?? 0) + 1);
  }
  return draft;
}
