// The Gemini API: ai.google.dev/api/generate-content and ai.google.dev/gemini-api/docs/thought-signatures. Calls have no
// ids; the first of each turn carries a signature, and so does the text of a turn without calls.

import { asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { checkAlternation, objects, textOf, unknownFields } from '../checks.ts';
import { SAID, sse } from '../scene.ts';
import type { Said, Vendor } from '../scene.ts';

const SKIP = 'skip_thought_signature_validator';
const USAGE = { promptTokenCount: 40, candidatesTokenCount: 15, thoughtsTokenCount: 5, totalTokenCount: 60 };

function signature(turn: number): string {
  return btoa(`gemini signs turn ${turn}`);
}

function saidIn(turn: number): Said {
  const said = SAID[turn];
  if (said === undefined) throw new Error(`no turn ${turn}`);
  return said;
}

function partsOf(turn: number): readonly JsonObject[] {
  const { thought, text, calls } = saidIn(turn);
  const signed = { thoughtSignature: signature(turn) };
  return [
    { text: thought, thought: true },
    ...(text === '' ? [] : [{ text, ...(calls.length === 0 ? signed : {}) }]),
    ...calls.map(({ name, arguments: args }, at) => ({
      functionCall: { name, args },
      ...(at === 0 ? signed : {}),
    })),
  ];
}

function chunk(turn: number, parts: readonly JsonObject[], finishReason?: string): JsonObject {
  return {
    candidates: [
      {
        content: { role: 'model', parts },
        index: 0,
        ...(finishReason === undefined ? {} : { finishReason }),
      },
    ],
    usageMetadata: USAGE,
    modelVersion: 'gemini-3-pro-preview',
    responseId: `Turn${turn}Xyz`,
  };
}

function checkPart(part: JsonObject, where: string): readonly string[] {
  const problems = [
    ...unknownFields(
      part,
      ['text', 'thought', 'thoughtSignature', 'functionCall', 'functionResponse', 'inlineData', 'fileData'],
      where,
    ),
  ];
  const signed = part['thoughtSignature'];
  const issued = SAID.some((_, at) => signature(at) === signed);
  if (signed !== undefined && signed !== SKIP && !issued)
    problems.push(`${where}: the signature ${textOf(signed)} is not valid`);
  problems.push(...unknownFields(part['functionCall'], ['id', 'name', 'args'], where));
  const response = asObject(part['functionResponse']);
  if (response !== undefined && asObject(response['response']) === undefined)
    problems.push(`${where}: the response is no object`);
  return problems;
}

/** The calls of a turn and the responses that follow: as many, of the same names, in the same order. */
function checkTurn(
  parts: readonly JsonObject[],
  next: readonly JsonObject[],
  where: string,
): readonly string[] {
  const calls = parts.map((part) => asObject(part['functionCall'])).filter((call) => call !== undefined);
  const responses = next
    .map((part) => asObject(part['functionResponse']))
    .filter((answer) => answer !== undefined);
  const names = (list: readonly JsonObject[]): string =>
    list.map(({ id, name }) => `${textOf(name)}/${textOf(id)}`).join();
  return names(calls) === names(responses)
    ? []
    : [`${where}: calls ${names(calls)} and responses ${names(responses)}`];
}

function check(body: JsonObject): readonly string[] {
  const contents = objects(body['contents']);
  const problems = [...checkAlternation(contents.map(({ role }) => textOf(role)))];
  const lastSaid = contents.findLastIndex(
    ({ role, parts }) => role === 'user' && objects(parts).some(({ text }) => text !== undefined),
  );
  for (const [index, { role, parts }] of contents.entries()) {
    const list = objects(parts);
    if (list.length === 0) problems.push(`contents[${index}] is empty`);
    list.forEach((part, at) => problems.push(...checkPart(part, `contents[${index}].parts[${at}]`)));
    if (role !== 'model') continue;
    problems.push(...checkTurn(list, objects(contents[index + 1]?.['parts']), `contents[${index}]`));
    const first = list.find(({ functionCall }) => functionCall !== undefined);
    if (index > lastSaid && first !== undefined && first['thoughtSignature'] === undefined)
      problems.push(`Function call is missing a thought_signature in contents[${index}]`);
  }
  if (contents.at(-1)?.['role'] !== 'user') problems.push('the last turn is not the user’s');
  const declared = objects(body['tools']).flatMap((tool) => objects(tool['functionDeclarations']));
  if (declared.length !== 2) problems.push(`${declared.length} functions are declared`);
  return problems;
}

export const gemini: Vendor = {
  provider: 'gemini',
  model: 'gemini-3-pro-preview',
  issuer: 'gemini',
  serves: (path) => path.startsWith('/gemini/'),
  turnOf: (body) => objects(body['contents']).filter(({ role }) => role === 'model').length,
  answer: (turn) => chunk(turn, partsOf(turn), 'STOP'),
  stream: (turn) => {
    const parts = partsOf(turn);
    const chunks = parts.map((part, at) => chunk(turn, [part], at === parts.length - 1 ? 'STOP' : undefined));
    return { type: 'text/event-stream', body: sse(chunks) };
  },
  check,
  sealsOf: (turn) => [signature(turn)],
};
