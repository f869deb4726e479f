// Chat Completions on the wire: the chunks of one choice, log probabilities, usage and finish reasons.

import type { Json } from '#base/json.ts';
import type { SyntheticChoice, SyntheticUsage } from '../answer.ts';
import type { AnswerEvent } from './dialect.ts';

/** What all chunks of an answer share, written once: the text before and after the choice. */
export interface ChunkHead {
  readonly text: string;
  readonly tail: string;
}

const FINISHES: Readonly<Record<SyntheticChoice['finish'], string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
};

export function finishReason(choice: SyntheticChoice): string {
  return FINISHES[choice.finish];
}

export function* choiceEvents(
  head: ChunkHead,
  choice: SyntheticChoice,
  index: number,
  logprobs: number | undefined,
): Generator<AnswerEvent, void, void> {
  const before = `${head.text}{"index":${index},"delta":`;
  const chunk = (delta: string, rest = NO_LOGPROBS) => `${before}${delta}${rest}${head.tail}`;
  yield { role: 'start', text: chunk('{"role":"assistant","content":"","refusal":null}'), tokens: 0 };
  for (const text of choice.reasoning) {
    yield content(chunk(`{"reasoning_content":${JSON.stringify(text)}}`));
  }
  const field = choice.refusal ? 'refusal' : 'content';
  for (const text of choice.text) {
    const rest = logprobs === undefined ? NO_LOGPROBS : withLogprobs(text, logprobs);
    yield content(chunk(`{"${field}":${JSON.stringify(text)}}`, rest));
  }
  yield* callEvents(choice, chunk);
  yield {
    role: 'finish',
    text: chunk('{}', `,"logprobs":null,"finish_reason":"${finishReason(choice)}"}`),
    tokens: 0,
  };
}

function* callEvents(choice: SyntheticChoice, chunk: (delta: string) => string) {
  for (const [index, call] of choice.toolCalls.entries()) {
    const inputField = call.form === 'custom' ? 'input' : 'arguments';
    const opening = {
      index,
      id: call.id,
      type: call.form,
      [call.form]: { name: call.name, [inputField]: '' },
    };
    yield content(chunk(JSON.stringify({ tool_calls: [opening] })), 0);
    for (const input of call.input) {
      const delta = { index, [call.form]: { [inputField]: input } };
      yield content(chunk(JSON.stringify({ tool_calls: [delta] })));
    }
  }
}

function content(text: string, tokens = 1): AnswerEvent {
  return { role: 'content', text, tokens };
}

const NO_LOGPROBS = ',"logprobs":null,"finish_reason":null}';

function withLogprobs(text: string, top: number): string {
  return `,"logprobs":${JSON.stringify(logprobsOf([text], top))},"finish_reason":null}`;
}

/** Made up, but a function of the token: likelier tokens are shorter. */
export function logprobsOf(texts: readonly string[], top: number | undefined): Json {
  if (top === undefined) return null;
  const entry = (token: string, logprob: number) => ({ token, logprob, bytes: [...Buffer.from(token)] });
  const tokens = texts.map((token) => {
    const logprob = -token.length / 16;
    const alternatives = Array.from({ length: top }, (_, rank) =>
      entry(rank === 0 ? token : `${token}${rank}`, logprob - rank),
    );
    return { ...entry(token, logprob), top_logprobs: alternatives };
  });
  return { content: tokens, refusal: null };
}

export function usageOf(usage: SyntheticUsage): Json {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.promptTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
