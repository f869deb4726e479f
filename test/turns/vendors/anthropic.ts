// The Messages API as its vendor serves it: platform.claude.com/docs/en/api/messages and /extended-thinking.

import { asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { checkAlternation, checkPairs, objects, required, textOf, unknownFields } from '../checks.ts';
import type { Paired } from '../checks.ts';
import { halves, SAID, sse } from '../scene.ts';
import type { Vendor } from '../scene.ts';
import { claudeOnBedrock as converse, claudeOnItsOwn as signature } from './signatures.ts';

const ISSUER = 'anthropic';
const USAGE = { input_tokens: 40, output_tokens: 20 };

function blocks(turn: number): readonly JsonObject[] {
  const said = SAID[turn];
  if (said === undefined) throw new Error(`no turn ${turn}`);
  return [
    { type: 'thinking', thinking: said.thought, signature: signature(turn) },
    ...(said.text === '' ? [] : [{ type: 'text', text: said.text }]),
    ...said.calls.map(({ name, arguments: input }, at) => ({
      type: 'tool_use',
      id: `toolu_01Turn${turn}Call${at}AbCdEfGh`,
      name,
      input,
    })),
  ];
}

function message(turn: number, content: readonly JsonObject[], stop: string | null): JsonObject {
  return {
    id: `msg_01Turn${turn}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5-20250929',
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage: USAGE,
  };
}

function stopOf(turn: number): string {
  return (SAID[turn]?.calls.length ?? 0) > 0 ? 'tool_use' : 'end_turn';
}

function streamed(block: JsonObject, index: number): readonly JsonObject[] {
  const delta = (body: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta: body });
  const empty =
    block['type'] === 'thinking'
      ? { type: 'thinking', thinking: '', signature: '' }
      : block['type'] === 'text'
        ? { type: 'text', text: '' }
        : { ...block, input: {} };
  const deltas =
    block['type'] === 'thinking'
      ? [
          ...halves(textOf(block['thinking'])).map((thinking) => delta({ type: 'thinking_delta', thinking })),
          delta({ type: 'signature_delta', signature: block['signature'] }),
        ]
      : block['type'] === 'text'
        ? halves(textOf(block['text'])).map((text) => delta({ type: 'text_delta', text }))
        : halves(JSON.stringify(block['input'])).map((partial_json) =>
            delta({ type: 'input_json_delta', partial_json }),
          );
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...deltas,
    { type: 'content_block_stop', index },
  ];
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  text: ['type', 'text', 'cache_control', 'citations'],
  image: ['type', 'source', 'cache_control'],
  document: ['type', 'source', 'title', 'context', 'citations', 'cache_control'],
  tool_use: ['type', 'id', 'name', 'input', 'cache_control'],
  tool_result: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
  thinking: ['type', 'thinking', 'signature'],
  redacted_thinking: ['type', 'data'],
};

function checkBlock(block: JsonObject, where: string): readonly string[] {
  const type = textOf(block['type']);
  const fields = FIELDS[type];
  if (fields === undefined) return [`${where} is a block of type ${type}`];
  const problems = [...unknownFields(block, fields, where)];
  if (type === 'text' && textOf(block['text']).trim() === '') problems.push(`${where} is an empty text`);
  if (type === 'tool_use') problems.push(...required(block, { input: 'object', name: 'string' }, where));
  if (type === 'thinking') problems.push(...checkThought(block, where));
  for (const [at, inner] of objects(block['content']).entries())
    problems.push(...checkBlock(inner, `${where}.content[${at}]`));
  return problems;
}

function checkThought(block: JsonObject, where: string): readonly string[] {
  const turn = SAID.findIndex((_, at) => [signature(at), converse(at)].includes(textOf(block['signature'])));
  if (turn < 0) return [`Invalid signature in thinking block at ${where}: ${textOf(block['signature'])}`];
  return SAID[turn]?.thought === block['thinking'] ? [] : [`${where}: the thought was altered`];
}

function check(body: JsonObject): readonly string[] {
  const messages = objects(body['messages']);
  const problems = [...required(body, { max_tokens: 'number', model: 'string' }, 'body')];
  problems.push(...checkAlternation(messages.map(({ role }) => textOf(role))));
  const steps: Paired[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    const list = typeof content === 'string' ? [{ type: 'text', text: content }] : objects(content);
    if (list.length === 0) problems.push(`messages[${index}] is empty`);
    const others = list.findIndex(({ type }) => type !== 'tool_result');
    if (others >= 0 && list.slice(others).some(({ type }) => type === 'tool_result'))
      problems.push(`messages[${index}]: a result after something else`);
    const firstCall = list.findIndex(({ type }) => type === 'tool_use');
    if (firstCall >= 0 && list.slice(firstCall).some(({ type }) => type === 'thinking'))
      problems.push(`messages[${index}]: a thought after a call`);
    for (const [at, block] of list.entries()) {
      problems.push(...checkBlock(block, `messages[${index}].content[${at}]`));
      if (block['type'] === 'tool_use') steps.push({ kind: 'call', id: textOf(block['id']) });
      else if (block['type'] === 'tool_result')
        steps.push({ kind: 'result', id: textOf(block['tool_use_id']) });
      else if (role === 'user') steps.push({ kind: 'other', id: '' });
    }
  }
  problems.push(...checkPairs(steps, /^[a-zA-Z0-9_-]+$/));
  const names = objects(body['tools']).map(({ name }) => textOf(name));
  if (names.join() !== 'look_up,weather') problems.push(`tools are ${names.join()}`);
  if (asObject(body['thinking'])?.['type'] !== 'enabled') problems.push('no thinking is asked for');
  return problems;
}

export const anthropic: Vendor = {
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  issuer: ISSUER,
  serves: (path) => path === '/anthropic/v1/messages',
  turnOf: (body) => objects(body['messages']).filter(({ role }) => role === 'assistant').length,
  answer: (turn) => message(turn, blocks(turn), stopOf(turn)),
  stream: (turn) => ({
    type: 'text/event-stream',
    body: sse(
      [
        { type: 'message_start', message: { ...message(turn, [], null), usage: USAGE } },
        ...blocks(turn).flatMap(streamed),
        {
          type: 'message_delta',
          delta: { stop_reason: stopOf(turn), stop_sequence: null },
          usage: USAGE,
        },
        { type: 'message_stop' },
      ],
      true,
    ),
  }),
  check,
  sealsOf: (turn) => [signature(turn)],
};
