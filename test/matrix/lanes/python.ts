// The official Python clients, as lanes: one process asks for all of them (test/matrix/python). Each client is two lanes,
// since programs read a stream event by event or let the client gather it.

import type { Json, JsonObject } from '#base/json.ts';
import { startPythonLane } from '../../support/python-lane.ts';
import type { PythonClient, PythonRaised, PythonSeen } from '../../support/python-lane.ts';
import { PIXEL, PROMPT, SCHEMA } from '../seen.ts';
import type { Lane, Language, Question, Seen } from '../seen.ts';

export interface PythonLanes {
  readonly lanes: readonly Lane[];
  stop(): Promise<void>;
}

const CLIENTS: Readonly<
  Record<
    PythonClient,
    { readonly language: Language; readonly arguments: (question: Question) => JsonObject }
  >
> = {
  'openai-chat': { language: 'openai-chat', arguments: chatArguments },
  'openai-responses': { language: 'openai-responses', arguments: responsesArguments },
  anthropic: { language: 'anthropic-messages', arguments: messagesArguments },
  'google-genai': { language: 'gemini', arguments: geminiArguments },
};

const EACH = (Object.keys(CLIENTS) as PythonClient[]).flatMap((client) =>
  (['stream', 'helper'] as const).map((how) => ({
    client,
    how,
    name: `python ${client.replace('-', ' ')}${how === 'helper' ? ', helper' : ''}`,
  })),
);

/** Their names, in the order of the lanes. */
export const PYTHON_LANES: readonly string[] = EACH.map(({ name }) => name);

export async function startPythonLanes(): Promise<PythonLanes> {
  const process = await startPythonLane();
  const lanes = EACH.map(({ client, how, name }): Lane => {
    const { language, arguments: argumentsOf } = CLIENTS[client];
    return {
      name,
      language,
      ask: async (question) =>
        seenOf(
          await process.ask({
            client,
            base_url: question.origin,
            model: question.model,
            how: question.stream ? how : 'whole',
            more: argumentsOf(question),
          }),
        ),
    };
  });
  return { lanes, stop: () => process.stop() };
}

function seenOf({ raised, calls, usage, ...seen }: PythonSeen): Seen {
  const [kind = 'Exception'] = raised?.classes ?? [];
  return {
    text: seen.text,
    reasoning: seen.reasoning,
    refusal: seen.refusal,
    toolCalls: calls.map((call) => ({ name: call.name ?? '', arguments: call.arguments ?? {} })),
    // The older word for the same.
    finish: seen.finish === 'function_call' ? 'tool_calls' : seen.finish,
    usage: usage && {
      input: usage.input,
      output: usage.output,
      cached: usage.cached,
      reasoning: usage.reasoning,
    },
    ...(raised === null ? {} : { error: { kind, status: statusOf(raised), message: raised.message } }),
  };
}

/** One client gives errors in a stream the status with which it began. */
function statusOf({ status }: PythonRaised): number | null {
  return status === 200 ? null : status;
}

const ANY = { type: 'object' };
const DATA = `data:image/png;base64,${PIXEL}`;

function chatArguments({ tools, more }: Question): JsonObject {
  const text = { type: 'text', text: PROMPT };
  const image = { type: 'image_url', image_url: { url: DATA } };
  const format = { type: 'json_schema', json_schema: { name: 'matrix', strict: true, schema: SCHEMA } };
  return {
    messages: [{ role: 'user', content: more === 'image' ? [text, image] : PROMPT }],
    ...declared(tools.map((name) => ({ type: 'function', function: { name, parameters: ANY } }))),
    ...(more === 'schema' ? { response_format: format } : {}),
  };
}

function responsesArguments({ tools, more }: Question): JsonObject {
  const text = { type: 'input_text', text: PROMPT };
  const image = { type: 'input_image', image_url: DATA, detail: 'auto' };
  const format = { type: 'json_schema', name: 'matrix', strict: true, schema: SCHEMA };
  return {
    store: false,
    input: [{ role: 'user', content: more === 'image' ? [text, image] : [text] }],
    ...declared(tools.map((name) => ({ type: 'function', name, parameters: ANY, strict: false }))),
    ...(more === 'schema' ? { text: { format } } : {}),
  };
}

function messagesArguments({ tools, more }: Question): JsonObject {
  const text = { type: 'text', text: PROMPT };
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } };
  const format = { type: 'json_schema', schema: SCHEMA };
  return {
    max_tokens: 1000,
    messages: [{ role: 'user', content: more === 'image' ? [text, image] : [text] }],
    ...declared(tools.map((name) => ({ name, input_schema: ANY }))),
    ...(more === 'schema' ? { output_config: { format } } : {}),
  };
}

function geminiArguments({ tools, more }: Question): JsonObject {
  const image = { inline_data: { mime_type: 'image/png', data: PIXEL } };
  const functions = tools.map((name) => ({ name, parameters_json_schema: ANY }));
  return {
    contents: [{ role: 'user', parts: [{ text: PROMPT }, ...(more === 'image' ? [image] : [])] }],
    config: {
      ...declared(functions.length === 0 ? [] : [{ function_declarations: functions }]),
      ...(more === 'schema' ? { response_mime_type: 'application/json', response_json_schema: SCHEMA } : {}),
    },
  };
}

function declared(tools: readonly Json[]): JsonObject {
  return tools.length === 0 ? {} : { tools };
}
