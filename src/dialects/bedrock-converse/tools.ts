// Tools and the choice among them.

import { isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { CallableTool, ChatRequest, ToolChoice } from '#canonical/request.ts';
import { cachePoint } from './encode-content.ts';
import { ID, present } from './wire.ts';
import { lose } from './writing.ts';
import type { Writing } from './writing.ts';

const NO_TOOLS_NOW = 'Do not call any tool in this turn.';

export interface EncodedTools {
  readonly toolConfig?: JsonObject;
  /** A sentence for the instructions, where the choice can be said in no other way. */
  readonly instruction?: string;
}

/** To be asked when the messages are encoded: the history decides what has to stand here. */
export function encodeTools(request: ChatRequest, writing: Writing): EncodedTools {
  const tools = request.tools.flatMap((tool, index) => {
    if (tool.form !== 'hosted') return encodeTool(tool, `tools[${index}]`, writing);
    if (tool.dialect === ID) return [tool.value];
    lose(writing, `tools[${index}]`, 'dropped', `Only ${tool.dialect} knows the hosted tool ${tool.name}.`);
    return [];
  });
  if (request.parallelToolCalls === false && tools.length > 0) {
    lose(writing, 'parallelToolCalls', 'dropped', 'Converse has no switch for parallel calls.');
  }
  if (request.toolChoice?.kind === 'none') return withoutCalls(request, tools, writing);
  if (tools.length === 0) {
    loseChoice(request, writing);
    return standIns(writing);
  }
  const toolChoice = encodeChoice(request.toolChoice, writing);
  return { toolConfig: present({ tools, toolChoice }) };
}

/** There is no choice `none`: without tools nothing can be called, but a history of calls needs its tools. */
function withoutCalls(request: ChatRequest, tools: readonly Json[], writing: Writing): EncodedTools {
  if (writing.called.size === 0) {
    if (tools.length === 0) return {};
    const why = 'Converse has no choice `none`: without tools nothing can be called.';
    lose(writing, 'toolChoice', 'approximated', why);
    request.tools.forEach((_, index) => lose(writing, `tools[${index}]`, 'dropped', why));
    return {};
  }
  lose(writing, 'toolChoice', 'approximated', 'Converse has no choice `none`; an instruction says it.');
  const kept = tools.length > 0 ? { toolConfig: { tools } } : standIns(writing);
  return { ...kept, instruction: NO_TOOLS_NOW };
}

/** Nothing is left to choose from, where hosted tools of another vendor were all there was. */
function loseChoice({ toolChoice }: ChatRequest, writing: Writing): void {
  if (toolChoice === undefined || toolChoice.kind === 'auto') return;
  lose(writing, 'toolChoice', 'dropped', 'No tool is left to choose from.');
}

/** Bedrock refuses a history with calls when no tools are declared. */
function standIns(writing: Writing): EncodedTools {
  if (writing.called.size === 0) return {};
  lose(
    writing,
    'tools',
    'changed',
    'Bedrock wants the tools of earlier calls declared; bare ones stand in for them.',
  );
  const tools = [...writing.called].map((name) => ({
    toolSpec: { name, inputSchema: { json: { type: 'object' } } },
  }));
  return { toolConfig: { tools } };
}

const CUSTOM_INPUT: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
};

function encodeTool(tool: CallableTool, path: string, writing: Writing): readonly Json[] {
  if (tool.form === 'custom') {
    lose(writing, path, 'approximated', 'Converse has functions only: the tool takes its text as `input`.');
    if (tool.schema !== undefined) lose(writing, `${path}.schema`, 'dropped', 'Converse knows no grammars.');
  }
  const spec: JsonDraft = { name: tool.name };
  if (tool.description !== undefined && tool.description.trim() !== '')
    spec['description'] = tool.description;
  spec['inputSchema'] = {
    json: tool.form === 'custom' ? CUSTOM_INPUT : objectSchema(tool.schema, path, writing),
  };
  if (tool.strict === true) spec['strict'] = true;
  const written = { toolSpec: spec };
  if (tool.cache === undefined) return [written];
  if (writing.family === 'claude' || writing.family === 'unknown') return [written, cachePoint(tool.cache)];
  lose(writing, `${path}.cache`, 'dropped', 'Models of this family take no cache mark among tools.');
  return [written];
}

/** The schema must be one of an object; `type` is the only thing that is ever added. */
function objectSchema(schema: Json | undefined, path: string, writing: Writing): Json {
  if (!isObject(schema)) return { type: 'object' };
  if (schema['type'] === 'object') return schema;
  if (schema['type'] === undefined) return { type: 'object', ...schema };
  lose(writing, `${path}.schema`, 'changed', 'The arguments of a tool must be an object.');
  return { ...schema, type: 'object' };
}

function encodeChoice(choice: ToolChoice | undefined, writing: Writing): JsonObject | undefined {
  switch (choice?.kind) {
    case 'auto':
      return { auto: {} };
    case 'required':
      return { any: {} };
    case 'named':
      return { tool: { name: choice.name } };
    case 'foreign':
      if (choice.dialect === ID && isObject(choice.value)) return choice.value;
      lose(writing, 'toolChoice', 'dropped', `Only ${choice.dialect} understands this choice of tools.`);
      return undefined;
    default:
      return undefined;
  }
}
