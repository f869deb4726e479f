// Tools and the choice among them, both ways.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { CallableTool, ChatRequest, Tool, ToolChoice } from '#canonical/request.ts';
import { addCarried, Fields, isEmpty, noted, OURS, present, sameJson } from './fields.ts';
import { loseKeywords, openApiOf } from './openapi.ts';
import type { Problems } from './problems.ts';
import { jsonSchemaOf, takesJsonSchema } from './schema.ts';
import { CALLING_FIELDS, DECLARATION_FIELDS, ID, TOOL_CONFIG_FIELDS, TOOL_FIELDS } from './wire.ts';

/** The note that says in which list of declarations a tool stood, when there were several. */
const GROUP = '$group';
const PARAMETERS = '$parameters';

/** One tool of the wire holds many functions, and hosted tools by their names. */
export function decodeTools(list: readonly Json[], problems: Problems): readonly Tool[] {
  return list.flatMap((value, group) => {
    if (!isObject(value)) {
      problems.refuse(`tools[${group}]`, 'must be an object');
      return [];
    }
    const fields = new Fields(value, TOOL_FIELDS);
    const declared = fields.array('functionDeclarations') ?? [];
    const functions = declared.flatMap((declaration, at) => {
      const tool = isObject(declaration) ? decodeDeclaration(declaration, group) : undefined;
      if (tool === undefined)
        problems.refuse(`tools[${group}].functionDeclarations[${at}].name`, 'must be a text');
      return tool ?? [];
    });
    const hosted = fields.rest();
    if (hosted === undefined) return functions;
    const name = Object.keys(hosted).join(' ');
    return [...functions, { form: 'hosted', name, dialect: ID, value: hosted } satisfies Tool];
  });
}

function decodeDeclaration(declaration: JsonObject, group: number): CallableTool | undefined {
  const fields = new Fields(declaration, DECLARATION_FIELDS);
  const name = fields.string('name');
  if (name === undefined) return undefined;
  const description = fields.string('description');
  const full = fields.take('parametersJsonSchema');
  const subset = full === undefined ? fields.take('parameters') : undefined;
  const schema = full ?? (subset === undefined ? undefined : jsonSchemaOf(subset));
  fields.leave(PARAMETERS, subset);
  if (group > 0) fields.leave(GROUP, group);
  return {
    form: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    extras: fields.extras() ?? OURS,
  };
}

export function encodeTools(request: ChatRequest, model: string, losses: Loss[]): Json | undefined {
  const list: JsonDraft[] = [];
  let group: Json | undefined;
  let functions: Json[] | undefined;
  request.tools.forEach((tool, index) => {
    const path = `tools[${index}]`;
    if (tool.form === 'hosted') {
      if (tool.dialect === ID) list.push({ ...asObject(tool.value) });
      else
        losses.push({
          path,
          did: 'dropped',
          why: `Only ${tool.dialect} knows the hosted tool ${tool.name}.`,
        });
      return;
    }
    const own = noted(tool.extras, GROUP);
    if (functions === undefined || own !== group) {
      functions = [];
      list.push({ functionDeclarations: functions });
      group = own;
    }
    functions.push(encodeDeclaration(tool, path, model, losses));
  });
  return list.length === 0 ? undefined : list.map(present);
}

function encodeDeclaration(tool: CallableTool, path: string, model: string, losses: Loss[]): JsonObject {
  const { name, description, form } = tool;
  if (tool.strict === true)
    losses.push({
      path: `${path}.strict`,
      did: 'dropped',
      why: 'Schemas are kept to as well as the model can.',
    });
  if (tool.cache !== undefined)
    losses.push({ path: `${path}.cache`, did: 'dropped', why: 'The vendor caches prompts by itself.' });
  if (form === 'custom') {
    losses.push({ path, did: 'changed', why: 'There are functions only: the text is their member `input`.' });
    return present({ name, description: customDescription(tool), parametersJsonSchema: ONE_TEXT });
  }
  const fields = fieldsFor(ID, tool.extras);
  const body: JsonDraft = { name, description };
  const written = fields?.[PARAMETERS];
  if (written !== undefined && sameJson(jsonSchemaOf(written), tool.schema)) body['parameters'] = written;
  else if (tool.schema !== undefined) encodeSchema(tool.schema, body, { path, model, losses });
  return present(addCarried(body, fields));
}

interface SchemaPlace {
  readonly path: string;
  readonly model: string;
  readonly losses: Loss[];
}

/** Real JSON Schema goes as it is. The older field takes a subset, in which an object without properties is refused. */
function encodeSchema(schema: Json, body: JsonDraft, { path, model, losses }: SchemaPlace): void {
  if (takesJsonSchema(model)) {
    body['parametersJsonSchema'] = schema;
    return;
  }
  const converted = openApiOf(schema);
  losses.push(...loseKeywords(schema, converted, `${path}.schema`));
  const properties = asObject(asObject(converted.schema)?.['properties']) ?? {};
  if (!isEmpty(properties)) body['parameters'] = converted.schema;
}

const ONE_TEXT: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
};

/** The grammar that a custom tool may have is told in words. */
function customDescription({ description, schema }: CallableTool): string | undefined {
  if (schema === undefined) return description;
  return [description, `The input has this format: ${JSON.stringify(schema)}`]
    .filter((text) => text !== undefined)
    .join('\n\n');
}

/** Takes what it understands; the rest of the configuration stays where it is. */
export function decodeToolConfig(fields: Fields): ToolChoice | undefined {
  const config = fields.object('toolConfig');
  if (config === undefined) return undefined;
  const outer = new Fields(config, TOOL_CONFIG_FIELDS);
  const calling = outer.object('functionCallingConfig');
  const inner = new Fields(calling ?? {}, CALLING_FIELDS);
  const choice = choiceIn(inner);
  const rest = inner.rest() ?? {};
  if (calling !== undefined && !saysAll(choice, rest)) outer.leave('functionCallingConfig', rest);
  fields.leave('toolConfig', outer.rest());
  return choice;
}

/** Whether the choice alone is written as the configuration was, but for the case of the mode's letters. */
function saysAll(choice: ToolChoice | undefined, calling: JsonObject): boolean {
  const ours = choice === undefined ? undefined : encodeCalling(choice);
  return ours !== undefined && sameJson(sorted(ours), sorted({ ...calling, mode: modeIn(calling['mode']) }));
}

function sorted(object: JsonObject): Json {
  return Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)) as Json;
}

function modeIn(mode: Json | undefined): string {
  return asString(mode)?.toUpperCase() ?? '';
}

/** Words that others know; where a mode says more, the whole configuration is carried along. */
function choiceOf(mode: string, names: readonly string[]): ToolChoice | undefined {
  const [only] = names;
  switch (mode) {
    case 'ANY':
      return names.length === 1 && only !== undefined
        ? { kind: 'named', name: only, form: 'function' }
        : { kind: 'required' };
    case 'NONE':
      return { kind: 'none' };
    case 'AUTO':
    case 'VALIDATED':
      return { kind: 'auto' };
    default:
      return undefined;
  }
}

function encodeCalling(choice: ToolChoice): JsonObject | undefined {
  switch (choice.kind) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'named':
      return { allowedFunctionNames: [choice.name], mode: 'ANY' };
    default:
      return undefined;
  }
}

export function encodeToolConfig({ toolChoice, extras }: ChatRequest, losses: Loss[]): Json | undefined {
  const carried = asObject(noted(extras, 'toolConfig'));
  const body: JsonDraft = { ...carried };
  if (toolChoice?.kind === 'foreign') {
    const why = `Only ${toolChoice.dialect} knows this choice among tools.`;
    if (toolChoice.dialect !== ID) losses.push({ path: 'toolChoice', did: 'dropped', why });
  } else if (toolChoice !== undefined) {
    const written = asObject(carried?.['functionCallingConfig']);
    const fields = new Fields(written ?? {}, CALLING_FIELDS);
    const same = written !== undefined && sameJson(choiceIn(fields), toolChoice);
    if (!same) body['functionCallingConfig'] = encodeCalling(toolChoice);
  }
  return isEmpty(body) ? undefined : body;
}

function choiceIn(fields: Fields): ToolChoice | undefined {
  const names = (asArray(fields.see('allowedFunctionNames')) ?? []).filter(
    (name) => typeof name === 'string',
  );
  return choiceOf(modeIn(fields.see('mode')), names);
}
