// Responses as their vendor serves them without state: platform.openai.com/docs/guides/reasoning. Encrypted reasoning goes
// back as it came, before the item that it preceded.

import { isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { checkPairs, objects, textOf, unknownFields } from '../checks.ts';
import type { Paired } from '../checks.ts';
import { halves, SAID, sse } from '../scene.ts';
import type { Said, Vendor } from '../scene.ts';

const USAGE = {
  input_tokens: 40,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 60,
};

function sealed(turn: number): string {
  return `gAAAA-openai-encrypts-${turn}`;
}

function saidIn(turn: number): Said {
  const said = SAID[turn];
  if (said === undefined) throw new Error(`no turn ${turn}`);
  return said;
}

function items(turn: number): readonly JsonObject[] {
  const { thought, text, calls } = saidIn(turn);
  return [
    {
      id: `rs_turn${turn}`,
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: thought }],
      encrypted_content: sealed(turn),
    },
    ...(text === ''
      ? []
      : [
          {
            id: `msg_turn${turn}`,
            type: 'message',
            status: 'completed',
            role: 'assistant',
            content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
          },
        ]),
    ...calls.map((call, at) => ({
      id: `fc_turn${turn}call${at}`,
      type: 'function_call',
      status: 'completed',
      call_id: `call_Res${turn}Call${at}AbCdEfGhIjKlMn`,
      name: call.name,
      arguments: JSON.stringify(call.arguments),
    })),
  ];
}

function response(turn: number, output: readonly JsonObject[], status: string): JsonObject {
  return {
    id: `resp_turn${turn}`,
    object: 'response',
    created_at: 1_700_000_000,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    model: 'gpt-5-2025-08-07',
    output,
    parallel_tool_calls: true,
    store: false,
    usage: status === 'completed' ? USAGE : null,
  };
}

function deltasOf(item: JsonObject, output_index: number): readonly JsonObject[] {
  const at = { item_id: item['id'], output_index };
  if (item['type'] === 'function_call') {
    const written = textOf(item['arguments']);
    return [
      ...halves(written).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
      { type: 'response.function_call_arguments.done', ...at, arguments: written },
    ];
  }
  const thinks = item['type'] === 'reasoning';
  const part = objects(item[thinks ? 'summary' : 'content'])[0] ?? {};
  const text = textOf(part['text']);
  const place = { ...at, [thinks ? 'summary_index' : 'content_index']: 0 };
  const base = thinks ? 'response.reasoning_summary' : 'response.content';
  const words = thinks ? 'response.reasoning_summary_text' : 'response.output_text';
  const empty = { ...part, text: '' };
  return [
    { type: `${base}_part.added`, ...place, part: empty },
    ...halves(text).map((delta) => ({ type: `${words}.delta`, ...place, delta })),
    { type: `${words}.done`, ...place, text },
    { type: `${base}_part.done`, ...place, part },
  ];
}

function events(turn: number): readonly JsonObject[] {
  const output = items(turn);
  const told = [
    { type: 'response.created', response: response(turn, [], 'in_progress') },
    { type: 'response.in_progress', response: response(turn, [], 'in_progress') },
    ...output.flatMap((item, output_index): readonly JsonObject[] => {
      const begun = { ...item };
      if (item['type'] === 'function_call') Object.assign(begun, { arguments: '', status: 'in_progress' });
      if (item['type'] === 'message') Object.assign(begun, { content: [], status: 'in_progress' });
      // What is encrypted when an item begins is not what is encrypted when it is done.
      if (item['type'] === 'reasoning')
        Object.assign(begun, { summary: [], encrypted_content: 'gAAAA-early' });
      return [
        { type: 'response.output_item.added', output_index, item: begun },
        ...deltasOf(item, output_index),
        { type: 'response.output_item.done', output_index, item },
      ];
    }),
    { type: 'response.completed', response: response(turn, output, 'completed') },
  ];
  return told.map((event, sequence_number) => ({ ...event, sequence_number }));
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  message: ['id', 'type', 'role', 'content', 'status', 'phase'],
  reasoning: ['id', 'type', 'summary', 'content', 'encrypted_content', 'status'],
  function_call: ['id', 'type', 'call_id', 'name', 'arguments', 'status'],
  function_call_output: ['id', 'type', 'call_id', 'output', 'status'],
};

function checkReasoning(item: JsonObject, next: JsonObject | undefined, where: string): readonly string[] {
  const turn = SAID.findIndex((_, at) => sealed(at) === item['encrypted_content']);
  const problems: string[] = [];
  if (turn < 0)
    problems.push(`${where}: the encrypted content ${textOf(item['encrypted_content'])} is not ours`);
  else if (item['id'] !== `rs_turn${turn}`) problems.push(`${where} has the id ${textOf(item['id'])}`);
  const type = next === undefined ? undefined : (next['type'] ?? 'message');
  if (type !== 'function_call' && !(type === 'message' && next?.['role'] === 'assistant'))
    problems.push(`${where} was provided without its required following item`);
  return problems;
}

/** An item that is known by its id wants the reasoning that it came from. */
function checkCompany(input: readonly JsonObject[]): readonly string[] {
  const ids = new Set(input.map(({ id }) => id));
  return input.flatMap(({ id }) => {
    const turn = /^(?:fc|msg)_turn(\d)/.exec(textOf(id))?.[1];
    return turn === undefined || ids.has(`rs_turn${turn}`)
      ? []
      : [`${textOf(id)} without its required reasoning`];
  });
}

function check(body: JsonObject): readonly string[] {
  const problems: string[] = [];
  if (typeof body['previous_response_id'] === 'string')
    problems.push('goes on from an answer that is not kept');
  const steps: Paired[] = [];
  const input = objects(body['input']);
  for (const [index, item] of input.entries()) {
    const where = `input[${index}]`;
    const type = textOf(item['type'] ?? 'message');
    problems.push(...unknownFields(item, FIELDS[type] ?? [], where));
    if (type === 'function_call') {
      steps.push({ kind: 'call', id: textOf(item['call_id']) });
      if (!isObject(parseJson(textOf(item['arguments'])))) problems.push(`${where}: arguments are no object`);
    } else if (type === 'function_call_output') {
      steps.push({ kind: 'result', id: textOf(item['call_id']) });
    } else if (type === 'reasoning') problems.push(...checkReasoning(item, input[index + 1], where));
    else steps.push({ kind: 'other', id: '' });
  }
  problems.push(...checkCompany(input));
  problems.push(...checkPairs(steps, /^.{1,64}$/));
  if (objects(body['tools']).length !== 2) problems.push('tools are missing');
  return problems;
}

/** Turns of the model: what it says between what others say. */
function turnOf(body: JsonObject): number {
  let count = 0;
  let speaking = false;
  for (const item of objects(body['input'])) {
    const speaks =
      item['type'] === 'reasoning' || item['type'] === 'function_call' || item['role'] === 'assistant';
    if (speaks && !speaking) count += 1;
    speaking = speaks;
  }
  return count;
}

export const openaiResponses: Vendor = {
  provider: 'responses',
  model: 'gpt-5',
  issuer: 'openai',
  serves: (path) => path === '/responses/v1/responses',
  turnOf,
  answer: (turn) => response(turn, items(turn), 'completed'),
  stream: (turn) => ({ type: 'text/event-stream', body: sse(events(turn), true) }),
  check,
  sealsOf: (turn) => [sealed(turn)],
};
