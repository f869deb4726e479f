// Tools and the choice among them, both ways.

import { asBoolean, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { CallableTool, ChatRequest, Tool, ToolChoice } from '#canonical/request.ts';
import { decodeCache, encodeCache } from './cache-marks.ts';
import { clientTool } from './client-tools.ts';
import { addCarried, isOurs, Leftovers, noted, present } from './notes.ts';
import type { Problems } from './problems.ts';
import { toolSchema } from './schemas.ts';
import { BLOCK_FIELDS, ID } from './wire.ts';

export function decodeTool(value: Json, path: string, problems: Problems): Tool | undefined {
  const name = isObject(value) ? asString(value['name']) : undefined;
  const type = isObject(value) ? value['type'] : undefined;
  if (isObject(value) && typeof type === 'string' && type !== 'custom') {
    return name === undefined || clientTool(type) === undefined
      ? { form: 'hosted', name: type, dialect: ID, value }
      : definedTool(value, name, type);
  }
  if (!isObject(value) || name === undefined) {
    problems.refuse(`${path}.name`, 'must be a text');
    return undefined;
  }
  return callable(value, name);
}

function callable(tool: JsonObject, name: string): CallableTool {
  const left = new Leftovers(tool, BLOCK_FIELDS.tool);
  if (tool['type'] !== undefined) left.note('type', tool['type']);
  const description = left.read('description', asString);
  const strict = left.read('strict', asBoolean);
  const cache = decodeCache(tool, left);
  const schema = tool['input_schema'];
  const extras = left.extras();
  return {
    form: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
    ...(cache && { cache }),
    ...(extras && { extras }),
  };
}

/** Of use to every model: the client runs it. Our own language writes the declaration again as it came. */
function definedTool(tool: JsonObject, name: string, type: string): CallableTool {
  const left = new Leftovers({}, BLOCK_FIELDS.tool);
  left.note('defined', tool);
  const extras = left.extras();
  return { form: 'function', name, ...clientTool(type), ...(extras && { extras }) };
}

export function encodeTools(request: ChatRequest, losses: Loss[]): readonly Json[] {
  const list: Json[] = [];
  for (const [index, tool] of request.tools.entries()) {
    const path = `tools[${index}]`;
    if (tool.form !== 'hosted') list.push(encodeTool(tool, path, isOurs(request.extras), losses));
    else if (tool.dialect === ID) list.push(tool.value);
    else {
      const why = `Only ${tool.dialect} knows the hosted tool ${tool.name}.`;
      losses.push({ path, did: 'dropped', why });
    }
  }
  return list;
}

function encodeTool(tool: CallableTool, path: string, own: boolean, losses: Loss[]): Json {
  const defined = noted(tool.extras, 'defined');
  if (defined !== undefined) return defined;
  if (tool.form === 'custom') {
    const why = 'There are functions only: the free text is the one member of an object.';
    losses.push({ path, did: 'approximated', why });
  }
  const body: JsonDraft = {
    type: noted(tool.extras, 'type'),
    name: tool.name,
    description: tool.description,
    input_schema: own ? tool.schema : toolSchema(tool, path, losses),
    strict: tool.strict,
  };
  if (tool.cache !== undefined) body['cache_control'] = encodeCache(tool.cache);
  return present(addCarried(body, tool.extras));
}

export interface ChoiceRead {
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
}

/** `{type: auto | any | tool | none, name?, disable_parallel_tool_use?}`; another shape is carried along. */
export function decodeToolChoice(written: Json | undefined): ChoiceRead | undefined {
  if (!isObject(written)) return undefined;
  const { type, name, disable_parallel_tool_use: single, ...rest } = written;
  if (Object.keys(rest).length > 0 || (single !== undefined && typeof single !== 'boolean')) return undefined;
  const toolChoice = readChoice(type, name);
  if (toolChoice === undefined) return undefined;
  return { toolChoice, ...(single === undefined ? {} : { parallelToolCalls: !single }) };
}

function readChoice(type: Json | undefined, name: Json | undefined): ToolChoice | undefined {
  if (type === 'tool')
    return typeof name === 'string' ? { kind: 'named', name, form: 'function' } : undefined;
  if (name !== undefined) return undefined;
  if (type === 'any') return { kind: 'required' };
  return type === 'auto' || type === 'none' ? { kind: type } : undefined;
}

/** Undefined when nothing needs saying. Without tools the API refuses a choice. */
export function encodeToolChoice(
  request: ChatRequest,
  tools: readonly Json[],
  losses: Loss[],
): Json | undefined {
  const { toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) {
    if (isOurs(request.extras)) return choiceObject(toolChoice, parallelToolCalls);
    if (toolChoice !== undefined && toolChoice.kind !== 'auto' && toolChoice.kind !== 'none')
      losses.push({ path: 'toolChoice', did: 'dropped', why: 'No tool is left to choose from.' });
    return undefined;
  }
  if (toolChoice?.kind === 'foreign') {
    const why = `Only ${toolChoice.dialect} knows this choice of tools.`;
    losses.push({ path: 'toolChoice', did: 'dropped', why });
    return choiceObject(undefined, parallelToolCalls);
  }
  return choiceObject(toolChoice, parallelToolCalls);
}

function choiceObject(choice: ToolChoice | undefined, parallel: boolean | undefined): JsonObject | undefined {
  const single = parallel === undefined ? {} : { disable_parallel_tool_use: !parallel };
  switch (choice?.kind) {
    case 'named':
      return { type: 'tool', name: choice.name, ...single };
    case 'required':
      return { type: 'any', ...single };
    case 'none':
      return { type: 'none' };
    case 'auto':
      return { type: 'auto', ...single };
    default:
      // The switch stands in the choice here; to allow parallel calls is the usual case and needs no word.
      return parallel === false ? { type: 'auto', ...single } : undefined;
  }
}

/** Whether a call must come: thinking with a budget refuses that. */
export function isForced(choice: Json | undefined): boolean {
  const type = asObject(choice)?.['type'];
  return type === 'any' || type === 'tool';
}
