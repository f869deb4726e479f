// Chat Completions as their vendor serves them: platform.openai.com/docs/api-reference/chat. It takes and gives no reasoning.

import { asObject, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { checkPairs, objects, required, textOf, unknownFields } from '../checks.ts';
import type { Paired } from '../checks.ts';
import { halves, SAID, sse } from '../scene.ts';
import type { Said, Vendor } from '../scene.ts';

const USAGE = { prompt_tokens: 40, completion_tokens: 20, total_tokens: 60 };

function saidIn(turn: number): Said {
  const said = SAID[turn];
  if (said === undefined) throw new Error(`no turn ${turn}`);
  return said;
}

function calls(turn: number): readonly JsonObject[] {
  return saidIn(turn).calls.map((call, at) => ({
    id: `call_Turn${turn}Call${at}AbCdEfGhIj`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
}

function answer(turn: number): JsonObject {
  const { text } = saidIn(turn);
  const made = calls(turn);
  const message = {
    role: 'assistant',
    content: text === '' ? null : text,
    refusal: null,
    annotations: [],
    ...(made.length === 0 ? {} : { tool_calls: made }),
  };
  const finish_reason = made.length > 0 ? 'tool_calls' : 'stop';
  return {
    id: `chatcmpl-turn${turn}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-5-2025-08-07',
    choices: [{ index: 0, message, logprobs: null, finish_reason }],
    usage: USAGE,
  };
}

function chunks(turn: number): readonly (JsonObject | string)[] {
  const { text } = saidIn(turn);
  const chunk = (delta: JsonObject, finish_reason: string | null = null): JsonObject => ({
    id: `chatcmpl-turn${turn}`,
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'gpt-5-2025-08-07',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const made = calls(turn);
  return [
    chunk({ role: 'assistant', content: text === '' ? null : '', refusal: null }),
    ...(text === '' ? [] : halves(text).map((content) => chunk({ content }))),
    ...made.flatMap((call, index) => {
      const { name, arguments: written } = asObject(call['function']) ?? {};
      return [
        chunk({ tool_calls: [{ index, ...call, function: { name, arguments: '' } }] }),
        ...halves(textOf(written)).map((piece) =>
          chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
        ),
      ];
    }),
    chunk({}, made.length > 0 ? 'tool_calls' : 'stop'),
    { ...chunk({}), choices: [], usage: USAGE },
    '[DONE]',
  ];
}

const ROLES: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'refusal', 'audio', 'tool_calls', 'function_call', 'annotations'],
  tool: ['role', 'content', 'tool_call_id', 'name'],
};

function checkCall(call: JsonObject, where: string): readonly string[] {
  const inner = asObject(call['function']) ?? {};
  const problems = [...required(inner, { name: 'string', arguments: 'string' }, where)];
  if (call['type'] !== 'function') problems.push(`${where} is of no type`);
  if (!isObject(parseJson(textOf(inner['arguments'])))) problems.push(`${where}: arguments are no object`);
  return problems;
}

function check(body: JsonObject): readonly string[] {
  const problems: string[] = [];
  const steps: Paired[] = [];
  for (const [index, message] of objects(body['messages']).entries()) {
    const where = `messages[${index}]`;
    const role = textOf(message['role']);
    problems.push(...unknownFields(message, ROLES[role] ?? [], where));
    if (role === 'tool') {
      steps.push({ kind: 'result', id: textOf(message['tool_call_id']) });
      const images = objects(message['content']).filter(({ type }) => type !== 'text');
      if (images.length > 0) problems.push(`${where}: a result holds ${textOf(images[0]?.['type'])}`);
      continue;
    }
    steps.push({ kind: 'other', id: '' });
    if (role !== 'assistant') continue;
    const made = objects(message['tool_calls']);
    if (made.length === 0 && (message['content'] === null || message['content'] === undefined))
      problems.push(`${where} has neither content nor calls`);
    made.forEach((call, at) => problems.push(...checkCall(call, `${where}.tool_calls[${at}]`)));
    for (const call of made) steps.push({ kind: 'call', id: textOf(call['id']) });
  }
  problems.push(...checkPairs(steps, /^.{1,40}$/));
  if (objects(body['tools']).length !== 2) problems.push('tools are missing');
  return problems;
}

export const openaiChat: Vendor = {
  provider: 'openai',
  model: 'gpt-5',
  serves: (path) => path === '/openai/v1/chat/completions',
  turnOf: (body) => objects(body['messages']).filter(({ role }) => role === 'assistant').length,
  answer,
  stream: (turn) => ({ type: 'text/event-stream', body: sse(chunks(turn)) }),
  check,
  sealsOf: () => [],
};
