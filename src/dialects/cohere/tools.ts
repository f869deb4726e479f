// Tools, the choice among them, and structured output, which Cohere has only without tools.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { CallableTool, ChatRequest } from '#canonical/request.ts';
import { ID, present } from './wire.ts';
import { lose } from './writing.ts';
import type { Writing } from './writing.ts';

const CUSTOM_INPUT: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
};

export function encodeTools(request: ChatRequest, writing: Writing): JsonDraft {
  const { toolChoice } = request;
  const callable = request.tools.filter((tool) => tool.form !== 'hosted');
  const tools = request.tools.flatMap((tool, index): readonly Json[] => {
    if (toolChoice?.kind === 'named' && tool.form !== 'hosted' && tool.name !== toolChoice.name) {
      lose(
        writing,
        `tools[${index}]`,
        'dropped',
        'Another tool is named; the model is shown that one alone.',
      );
      return [];
    }
    if (tool.form !== 'hosted') return [encodeTool(tool, `tools[${index}]`, writing)];
    if (tool.dialect === ID) return [tool.value];
    lose(writing, `tools[${index}]`, 'dropped', `Only ${tool.dialect} knows the hosted tool ${tool.name}.`);
    return [];
  });
  const strict = callable.filter((tool) => tool.strict === true).length;
  if (strict > 0 && strict < callable.length) {
    for (const [index, tool] of request.tools.entries()) {
      if (tool.form === 'hosted' || tool.strict !== true) continue;
      const why = 'Tools are strict all together or not at all; here they are not.';
      lose(writing, `tools[${index}].strict`, 'dropped', why);
    }
  }
  if (request.parallelToolCalls === false && tools.length > 0) {
    lose(writing, 'parallelToolCalls', 'dropped', 'Cohere has no switch for parallel calls.');
  }
  return {
    tools: tools.length === 0 ? undefined : tools,
    strict_tools: strict > 0 && strict === callable.length ? true : undefined,
    tool_choice: tools.length === 0 ? withoutTools(request, writing) : encodeChoice(request, writing),
    response_format: encodeOutput(request, tools.length > 0, writing),
  };
}

function encodeTool(tool: CallableTool, path: string, writing: Writing): JsonObject {
  if (tool.cache !== undefined) lose(writing, `${path}.cache`, 'dropped', 'Cohere caches by itself.');
  if (tool.form === 'custom') {
    lose(writing, path, 'approximated', 'Cohere has functions only: the tool takes its text as `input`.');
    if (tool.schema !== undefined) lose(writing, `${path}.schema`, 'dropped', 'Cohere knows no grammars.');
  }
  const parameters = tool.form === 'custom' ? CUSTOM_INPUT : (tool.schema ?? { type: 'object' });
  const { name, description } = tool;
  return { type: 'function', function: present({ name, description, parameters }) };
}

/** Nothing is left to choose from, where hosted tools of another vendor were all there was. */
function withoutTools({ toolChoice }: ChatRequest, writing: Writing): undefined {
  if (toolChoice === undefined || toolChoice.kind === 'auto' || toolChoice.kind === 'none') return;
  lose(writing, 'toolChoice', 'dropped', 'No tool is left to choose from.');
}

/** There is no named choice: only the one tool is shown, and a call is required. */
function encodeChoice({ toolChoice }: ChatRequest, writing: Writing): string | undefined {
  switch (toolChoice?.kind) {
    case 'required':
      return 'REQUIRED';
    case 'none':
      return 'NONE';
    case 'named':
      lose(
        writing,
        'toolChoice',
        'approximated',
        'Cohere cannot name a tool; the others are not shown to the model.',
      );
      return 'REQUIRED';
    case 'foreign':
      lose(writing, 'toolChoice', 'dropped', `Only ${toolChoice.dialect} understands this choice of tools.`);
      return undefined;
    default:
      return undefined;
  }
}

function encodeOutput({ output }: ChatRequest, hasTools: boolean, writing: Writing): Json | undefined {
  if (output === undefined) return undefined;
  if (output.kind === 'text') return undefined;
  if (hasTools) {
    lose(writing, 'output', 'dropped', 'Cohere gives JSON by a format only where there are no tools.');
    return undefined;
  }
  if (output.kind !== 'json-schema') return { type: 'json_object' };
  for (const label of ['name', 'description'] as const)
    if (output[label] !== undefined)
      lose(writing, `output.${label}`, 'dropped', 'Cohere takes the schema alone.');
  if (output.strict === false)
    lose(writing, 'output.strict', 'changed', 'A schema is always followed strictly.');
  return { type: 'json_object', json_schema: output.schema };
}
