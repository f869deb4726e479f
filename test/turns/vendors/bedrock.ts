// Claude by the Converse API: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. Its signatures
// are those of the vendor's own API, and are taken by both.

import { joinBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { awsEventStreamBytes } from '#framing/aws-event-stream.ts';
import { checkAlternation, checkPairs, objects, textOf } from '../checks.ts';
import type { Paired } from '../checks.ts';
import { halves, SAID } from '../scene.ts';
import type { Said, Vendor } from '../scene.ts';
import { claudeOnBedrock as signature, claudeOnItsOwn as direct } from './signatures.ts';

const USAGE = { inputTokens: 40, outputTokens: 20, totalTokens: 60 };

function saidIn(turn: number): Said {
  const said = SAID[turn];
  if (said === undefined) throw new Error(`no turn ${turn}`);
  return said;
}

function callId(turn: number, at: number): string {
  return `tooluse_Turn${turn}-Call${at}_xyz`;
}

function answer(turn: number): JsonObject {
  const { thought, text, calls } = saidIn(turn);
  const content = [
    { reasoningContent: { reasoningText: { text: thought, signature: signature(turn) } } },
    ...(text === '' ? [] : [{ text }]),
    ...calls.map(({ name, arguments: input }, at) => ({
      toolUse: { toolUseId: callId(turn, at), name, input },
    })),
  ];
  const stopReason = calls.length > 0 ? 'tool_use' : 'end_turn';
  return {
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage: USAGE,
    metrics: { latencyMs: 5 },
  };
}

function frames(turn: number): readonly Frame[] {
  const { thought, text, calls } = saidIn(turn);
  const event = (name: string, data: JsonObject): Frame => ({ event: name, data: JSON.stringify(data) });
  const found: Frame[] = [event('messageStart', { role: 'assistant' })];
  let contentBlockIndex = 0;
  const block = (deltas: readonly JsonObject[]): void => {
    for (const delta of deltas) found.push(event('contentBlockDelta', { contentBlockIndex, delta }));
    found.push(event('contentBlockStop', { contentBlockIndex }));
    contentBlockIndex += 1;
  };
  block([
    ...halves(thought).map((piece) => ({ reasoningContent: { text: piece } })),
    { reasoningContent: { signature: signature(turn) } },
  ]);
  if (text !== '') block(halves(text).map((piece) => ({ text: piece })));
  for (const [at, { name, arguments: input }] of calls.entries()) {
    const start = { toolUse: { toolUseId: callId(turn, at), name } };
    found.push(event('contentBlockStart', { contentBlockIndex, start }));
    block(halves(JSON.stringify(input)).map((piece) => ({ toolUse: { input: piece } })));
  }
  found.push(event('messageStop', { stopReason: calls.length > 0 ? 'tool_use' : 'end_turn' }));
  found.push(event('metadata', { usage: USAGE, metrics: { latencyMs: 5 } }));
  return found;
}

function checkBlock(block: JsonObject, where: string): readonly string[] {
  const keys = Object.keys(block);
  if (keys.length !== 1) return [`${where} has the members ${keys.join()}`];
  if (block['text'] !== undefined && textOf(block['text']).trim() === '') return [`${where} is blank`];
  const reasoning = asObject(asObject(block['reasoningContent'])?.['reasoningText']);
  if (reasoning !== undefined) {
    const turn = SAID.findIndex((_, at) =>
      [signature(at), direct(at)].includes(textOf(reasoning['signature'])),
    );
    if (turn < 0) return [`${where}: the signature ${textOf(reasoning['signature'])} is invalid`];
    if (SAID[turn]?.thought !== reasoning['text']) return [`${where}: the thought was altered`];
  }
  return objects(asObject(block['toolResult'])?.['content']).flatMap((inner, at) =>
    checkBlock(inner, `${where}.content[${at}]`),
  );
}

function check(body: JsonObject): readonly string[] {
  const messages = objects(body['messages']);
  const problems = [...checkAlternation(messages.map(({ role }) => textOf(role)))];
  const steps: Paired[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    const list = objects(content);
    if (list.length === 0) problems.push(`messages[${index}] is empty`);
    for (const [at, block] of list.entries()) {
      problems.push(...checkBlock(block, `messages[${index}].content[${at}]`));
      const call = asObject(block['toolUse']);
      const result = asObject(block['toolResult']);
      if (call !== undefined) steps.push({ kind: 'call', id: textOf(call['toolUseId']) });
      else if (result !== undefined) steps.push({ kind: 'result', id: textOf(result['toolUseId']) });
      else if (role === 'user') steps.push({ kind: 'other', id: '' });
      if (call !== undefined && asObject(call['input']) === undefined)
        problems.push(`the input of a call is no object in messages[${index}]`);
    }
  }
  problems.push(...checkPairs(steps, /^[a-zA-Z0-9_.:-]{1,64}$/));
  if (objects(asObject(body['toolConfig'])?.['tools']).length !== 2) problems.push('tools are missing');
  return problems;
}

export const bedrock: Vendor = {
  provider: 'converse',
  model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  issuer: 'anthropic',
  serves: (path) => path.startsWith('/converse/'),
  turnOf: (body) => objects(body['messages']).filter(({ role }) => role === 'assistant').length,
  answer,
  stream: (turn) => ({
    type: 'application/vnd.amazon.eventstream',
    body: joinBytes(frames(turn).map(awsEventStreamBytes)),
  }),
  check,
  sealsOf: (turn) => [signature(turn)],
};
