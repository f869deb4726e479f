// The provider side of generateContent: requests read as far as they shape an answer, answers written whole or as
// server-sent events, errors and the list of models.

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '#base/json.ts';
import { err, ok, type Result } from '#base/result.ts';
import { estimateTokens, type SyntheticRequest, type SyntheticTool } from '../answer.ts';
import type { Complaint, ReadProblem, SimulatedDialect } from './dialect.ts';
import { answerEvents, candidateOf, envelopeOf, usageOf } from './gemini-wire.ts';
import { said, type Turn } from './said.ts';

const CHOICES_MAX = 8;
/** For a picture, a file, a sound. */
const MEDIA_TOKENS = 85;
const PLACE = /\/models\/([^?]+):(generateContent|streamGenerateContent)(?:\?|$)/;

export const gemini = {
  id: 'gemini',
  streamType: 'text/event-stream',
  answers: (path) => PLACE.test(path),
  modelOf: (_, path) => modelIn(path),
  readRequest,
  unary: (answer, request) => ({
    candidates: answer.choices.map((choice, index) => candidateOf(choice, index, request.logprobs)),
    ...(answer.usage === undefined ? {} : { usageMetadata: usageOf(answer.usage) }),
    ...envelopeOf(answer),
  }),
  stream: answerEvents,
  error: errorBody,
  streamError: (complaint, status, text) => `data: ${JSON.stringify(errorBody(complaint, status, text))}\n\n`,
  models: modelList,
} satisfies SimulatedDialect;

function modelIn(path: string): string | undefined {
  const written = PLACE.exec(path)?.[1];
  try {
    return written === undefined ? undefined : decodeURIComponent(written);
  } catch {
    return undefined;
  }
}

function readRequest(body: JsonObject, model: string, path: string): Result<SyntheticRequest, ReadProblem> {
  const contents = asArray(body['contents']);
  if (contents === undefined || contents.length === 0) {
    return err({
      field: 'contents',
      message: '* GenerateContentRequest.contents: contents is not specified',
    });
  }
  const config = asObject(body['generationConfig']);
  const choices = asNumber(config?.['candidateCount']) ?? 1;
  if (!Number.isInteger(choices) || choices < 1 || choices > CHOICES_MAX) {
    return err({ field: 'candidateCount', message: `candidateCount must be in [1, ${CHOICES_MAX}].` });
  }
  const tools = (asArray(body['tools']) ?? []).flatMap(readTools);
  const schema = readSchema(config);
  const logprobs = config?.['responseLogprobs'] === true ? (asNumber(config['logprobs']) ?? 0) : undefined;
  const system = asArray(asObject(body['systemInstruction'])?.['parts']) ?? [];
  return ok({
    model,
    stream: path.includes(':streamGenerateContent'),
    streamUsage: true,
    ...said(contents.filter(isSpoken).map(turnOf)),
    afterToolResult: partsOf(contents.at(-1)).some((part) => part['functionResponse'] !== undefined),
    tools,
    toolChoice: readToolChoice(asObject(asObject(body['toolConfig'])?.['functionCallingConfig'])),
    parallelToolCalls: true,
    ...(schema === undefined ? {} : { schema }),
    choices,
    ...(logprobs === undefined ? {} : { logprobs }),
    maxTokens: asNumber(config?.['maxOutputTokens']) ?? 1_000_000,
    stop: (asArray(config?.['stopSequences']) ?? []).filter((text) => typeof text === 'string'),
    promptTokens: promptTokens([...contents, { parts: system }], tools),
  });
}

function partsOf(content: Json | undefined): readonly JsonObject[] {
  return (asArray(asObject(content)?.['parts']) ?? []).map((part) => asObject(part) ?? {});
}

/** Counts what is said, not how, as the other languages do: four tokens of frame for each content that says something. */
function promptTokens(contents: readonly Json[], tools: readonly SyntheticTool[]): number {
  let count = 0;
  for (const content of contents) {
    const parts = partsOf(content);
    if (parts.length > 0) count += 4;
    for (const part of parts) count += partTokens(part);
  }
  for (const tool of tools) count += estimateTokens(tool.name + JSON.stringify(tool.schema));
  return count;
}

function partTokens(part: JsonObject): number {
  const text = asString(part['text']);
  if (text !== undefined) return estimateTokens(text);
  const call = asObject(part['functionCall']);
  if (call !== undefined)
    return estimateTokens(`${asString(call['name']) ?? ''}${JSON.stringify(call['args'] ?? {})}`);
  const result = asObject(part['functionResponse']);
  return result === undefined ? MEDIA_TOKENS : estimateTokens(JSON.stringify(result['response'] ?? {}));
}

/** Results of tools are a user's too, but nobody's words. */
function isSpoken(content: Json): boolean {
  return partsOf(content).some((part) => part['text'] !== undefined);
}

function turnOf(content: Json): Turn {
  const speaker = (asObject(content)?.['role'] ?? 'user') === 'user' ? 'user' : 'model';
  const texts = partsOf(content).map((part) => asString(part['text']) ?? '');
  return { speaker, text: texts.join('') };
}

function readTools(tool: Json): readonly SyntheticTool[] {
  return (asArray(asObject(tool)?.['functionDeclarations']) ?? []).flatMap((value) => {
    const declared = asObject(value);
    const name = asString(declared?.['name']);
    const schema =
      declared?.['parametersJsonSchema'] ?? lowered(declared?.['parameters'] ?? { type: 'object' });
    return name === undefined ? [] : [{ form: 'function' as const, name, schema }];
  });
}

function readToolChoice(config: JsonObject | undefined): SyntheticRequest['toolChoice'] {
  if (config?.['mode'] === 'NONE') return { kind: 'none' };
  if (config?.['mode'] !== 'ANY') return { kind: 'auto' };
  const name = asString(asArray(config['allowedFunctionNames'])?.[0]);
  return name === undefined ? { kind: 'required' } : { kind: 'named', name };
}

function readSchema(config: JsonObject | undefined): Json | undefined {
  if (config?.['responseMimeType'] !== 'application/json') return undefined;
  const older = config['responseSchema'];
  return config['responseJsonSchema'] ?? (older === undefined ? true : lowered(older));
}

/** The older fields write types in upper case. */
function lowered(schema: Json): Json {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(lowered);
  const object = asObject(schema);
  if (object === undefined) return schema;
  return Object.fromEntries(
    Object.entries(object).map(([key, value = null]) => [
      key,
      key === 'type' && typeof value === 'string' ? value.toLowerCase() : lowered(value),
    ]),
  );
}

const COMPLAINTS: Readonly<Record<Complaint, readonly [status: string, reason: string | null]>> = {
  invalid: ['INVALID_ARGUMENT', null],
  'not-found': ['NOT_FOUND', null],
  auth: ['INVALID_ARGUMENT', 'API_KEY_INVALID'],
  permission: ['PERMISSION_DENIED', null],
  rate: ['RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED'],
  quota: ['RESOURCE_EXHAUSTED', null],
  'context-length': ['INVALID_ARGUMENT', null],
  'content-filter': ['INVALID_ARGUMENT', null],
  timeout: ['DEADLINE_EXCEEDED', null],
  server: ['INTERNAL', null],
  overloaded: ['UNAVAILABLE', null],
};

/** Some classes are told by words alone. */
const SAYS: Readonly<Partial<Record<Complaint, string>>> = {
  'context-length': 'The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).',
};

function errorBody(complaint: Complaint, code: number, text: string, field?: string): Json {
  const [status, reason] = COMPLAINTS[complaint];
  const details: JsonObject[] = [];
  if (reason !== null)
    details.push({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' });
  if (complaint === 'quota') {
    const violations = [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }];
    details.push({ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations });
  }
  if (field !== undefined) {
    const fieldViolations = [{ field, description: text }];
    details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations });
  }
  const message = SAYS[complaint] ?? text;
  return { error: { code, message, status, ...(details.length === 0 ? {} : { details }) } };
}

function modelList(path: string, names: readonly string[]): Json | undefined {
  if (!path.includes('/v1beta/models')) return undefined;
  const entry = (id: string) => ({ name: `models/${id}`, supportedGenerationMethods: ['generateContent'] });
  if (/\/models(?:\?|$)/.test(path)) return { models: names.map(entry) };
  const name = /\/models\/([^?]+)/.exec(path)?.[1];
  return name === undefined ? undefined : entry(name);
}
