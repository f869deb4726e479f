// The provider side of legacy completions: what is said is said to the last prompt.

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '#base/json.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { SyntheticAnswer, SyntheticRequest } from '../answer.ts';
import type { AnswerEvent, ReadProblem, SimulatedDialect } from './dialect.ts';
import { openaiChat } from './openai-chat.ts';
import { finishReason, usageOf } from './openai-chat-wire.ts';
import { asked, PLAIN, textsIn } from './operation.ts';

export const openaiCompletions = {
  ...PLAIN,
  id: 'openai-completions',
  answers: (path) => path.endsWith('/completions') && !openaiChat.answers(path),
  readRequest,
  unary,
  stream,
} satisfies SimulatedDialect;

function readRequest(body: JsonObject, model: string): Result<SyntheticRequest, ReadProblem> {
  const prompts = textsIn(body['prompt']);
  if (prompts === undefined) return err({ field: 'prompt', message: 'There is no prompt.' });
  const text = prompts.at(-1) ?? '';
  const stop = body['stop'];
  return ok({
    ...asked({ model, fields: body, text, stream: body['stream'] === true }),
    streamUsage: asObject(body['stream_options'])?.['include_usage'] === true,
    choices: Math.min(asNumber(body['n']) ?? 1, 128) * prompts.length,
    stop: (asArray(stop) ?? [stop]).flatMap((one) => asString(one) ?? []),
    maxTokens: asNumber(body['max_tokens']) ?? 1_000_000,
  });
}

function unary(answer: SyntheticAnswer): Json {
  return {
    id: `cmpl-${answer.id}`,
    object: 'text_completion',
    created: answer.createdSec,
    model: answer.model,
    choices: answer.choices.map((choice, index) => ({
      text: choice.text.join(''),
      index,
      logprobs: null,
      finish_reason: finishReason(choice),
    })),
    ...(answer.usage === undefined ? {} : { usage: usageOf(answer.usage) }),
  };
}

function* stream(answer: SyntheticAnswer, request: SyntheticRequest): Generator<AnswerEvent, void, void> {
  const chunk = (more: JsonObject): string => {
    const head = { id: `cmpl-${answer.id}`, object: 'text_completion', created: answer.createdSec };
    return `data: ${JSON.stringify({ ...head, model: answer.model, ...more })}\n\n`;
  };
  for (const [index, choice] of answer.choices.entries()) {
    const one = (text: string, finish: string | null): string =>
      chunk({ choices: [{ text, index, logprobs: null, finish_reason: finish }] });
    for (const text of choice.text) yield { role: 'content', text: one(text, null), tokens: 1 };
    yield { role: 'finish', text: one('', finishReason(choice)), tokens: 0 };
  }
  if (request.streamUsage && answer.usage !== undefined) {
    yield { role: 'usage', text: chunk({ choices: [], usage: usageOf(answer.usage) }), tokens: 0 };
  }
  yield { role: 'done', text: 'data: [DONE]\n\n', tokens: 0 };
}
