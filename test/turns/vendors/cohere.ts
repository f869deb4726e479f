// Cohere's Chat, version 2: docs.cohere.com/reference/chat. What is thought before calls is a plan; nothing is sealed.

import { asObject, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { checkPairs, objects, textOf, unknownFields } from '../checks.ts';
import type { Paired } from '../checks.ts';
import { halves, SAID, sse } from '../scene.ts';
import type { Said, Vendor } from '../scene.ts';

const USAGE = {
  billed_units: { input_tokens: 40, output_tokens: 20 },
  tokens: { input_tokens: 45, output_tokens: 25 },
};

function saidIn(turn: number): Said {
  const said = SAID[turn];
  if (said === undefined) throw new Error(`no turn ${turn}`);
  return said;
}

function calls(turn: number): readonly JsonObject[] {
  return saidIn(turn).calls.map((call, at) => ({
    id: `${call.name}_turn${turn}call${at}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
}

function answer(turn: number): JsonObject {
  const { thought, text } = saidIn(turn);
  const made = calls(turn);
  const message =
    made.length > 0
      ? { role: 'assistant', tool_plan: `${thought} ${text}`.trim(), tool_calls: made }
      : { role: 'assistant', content: [{ type: 'text', text }] };
  const finish_reason = made.length > 0 ? 'TOOL_CALL' : 'COMPLETE';
  return { id: `co-turn${turn}`, finish_reason, message, usage: USAGE };
}

function events(turn: number): readonly (JsonObject | string)[] {
  const { thought, text } = saidIn(turn);
  const made = calls(turn);
  const told = (type: string, message: JsonObject, index?: number): JsonObject => ({
    type,
    ...(index === undefined ? {} : { index }),
    delta: { message },
  });
  const plan = `${thought} ${text}`.trim();
  const start = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  const spoken =
    made.length > 0
      ? halves(plan).map((tool_plan) => told('tool-plan-delta', { tool_plan }))
      : [
          told('content-start', { content: { type: 'text', text: '' } }, 0),
          ...halves(text).map((piece) => told('content-delta', { content: { text: piece } }, 0)),
          { type: 'content-end', index: 0 },
        ];
  const called = made.flatMap((call, index) => {
    const { name, arguments: written } = asObject(call['function']) ?? {};
    const begun = { ...call, function: { name, arguments: '' } };
    return [
      told('tool-call-start', { tool_calls: begun }, index),
      ...halves(textOf(written)).map((piece) =>
        told('tool-call-delta', { tool_calls: { function: { arguments: piece } } }, index),
      ),
      { type: 'tool-call-end', index },
    ];
  });
  const finish_reason = made.length > 0 ? 'TOOL_CALL' : 'COMPLETE';
  return [
    { id: `co-turn${turn}`, ...told('message-start', start) },
    ...spoken,
    ...called,
    { type: 'message-end', delta: { finish_reason, usage: USAGE } },
    '[DONE]',
  ];
}

const ROLES: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_plan', 'tool_calls', 'citations'],
  tool: ['role', 'content', 'tool_call_id'],
};

function checkMessage(message: JsonObject, where: string): readonly string[] {
  const problems = [...unknownFields(message, ROLES[textOf(message['role'])] ?? [], where)];
  const made = objects(message['tool_calls']);
  if (message['role'] === 'assistant' && made.length === 0 && message['content'] === undefined)
    problems.push(`${where} says nothing`);
  for (const call of made) {
    const inner = asObject(call['function']) ?? {};
    if (!isObject(parseJson(textOf(inner['arguments'])))) problems.push(`${where}: arguments are no object`);
  }
  if (objects(message['content']).some(({ type, text }) => type === 'text' && text === ''))
    problems.push(`${where} has an empty text`);
  const images = objects(message['content']).filter(({ type }) => type === 'image_url');
  if (message['role'] === 'tool' && images.length > 0) problems.push(`${where}: a result holds a picture`);
  return problems;
}

function check(body: JsonObject): readonly string[] {
  const problems: string[] = [];
  const steps: Paired[] = [];
  for (const [index, message] of objects(body['messages']).entries()) {
    problems.push(...checkMessage(message, `messages[${index}]`));
    if (message['role'] === 'tool') steps.push({ kind: 'result', id: textOf(message['tool_call_id']) });
    else steps.push({ kind: 'other', id: '' });
    for (const call of objects(message['tool_calls'])) steps.push({ kind: 'call', id: textOf(call['id']) });
  }
  problems.push(...checkPairs(steps, /^[\w.:-]{1,64}$/));
  if (objects(body['tools']).length !== 2) problems.push('tools are missing');
  return problems;
}

export const cohere: Vendor = {
  provider: 'cohere',
  model: 'command-a-vision-07-2025',
  serves: (path) => path === '/cohere/v2/chat',
  turnOf: (body) => objects(body['messages']).filter(({ role }) => role === 'assistant').length,
  answer,
  stream: (turn) => ({
    type: 'text/event-stream',
    body: sse(events(turn), true),
  }),
  check,
  sealsOf: () => [],
};
