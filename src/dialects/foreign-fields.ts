// What only the client's own language knows, and no encoder of another one looks at: declared in one place for all of them.

import { isObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { DialectId, Foreign } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';

/** They label a piece, or say how it was written, or that there is no stream: nobody who reads the piece needs them. */
const LABELS: ReadonlySet<string> = new Set([
  'id',
  'status',
  'index',
  'role',
  'type',
  'beside',
  'legacy',
  'stream',
]);

/** For a target that speaks `dialect`. Pieces that are lost whole lose their fields with them. */
export function loseForeignFields(request: ChatRequest, dialect: DialectId, losses: Loss[]): void {
  const gone = new Set(losses.filter(({ did }) => did === 'dropped').map(({ path }) => path));
  const look = (extras: Foreign | undefined, path: string): void => {
    if (extras === undefined || extras.dialect === dialect || gone.has(path)) return;
    for (const field of sayingFields(extras)) {
      const at = path === '' ? `extras.${field}` : `${path}.extras.${field}`;
      losses.push({ path: at, did: 'dropped', why: `Only ${extras.dialect} knows this field.` });
    }
  };
  look(request.extras, '');
  if (request.continues !== undefined && request.extras?.dialect !== dialect) {
    const why = 'Only the API that keeps the earlier answer can go on from it.';
    losses.push({ path: 'continues', did: 'dropped', why });
  }
  request.tools.forEach((tool, index) => {
    if (tool.form !== 'hosted') look(tool.extras, `tools[${index}]`);
  });
  request.messages.forEach((message, index) => {
    const path = `messages[${index}]`;
    look(message.extras, path);
    if (!gone.has(path)) lookInParts(message.parts, `${path}.parts`, look);
  });
}

function lookInParts(
  parts: readonly Part[],
  path: string,
  look: (extras: Foreign | undefined, path: string) => void,
): void {
  parts.forEach((part, index) => {
    // How a thought was written says nothing beside the thought.
    if (part.kind === 'foreign' || part.kind === 'reasoning') return;
    const at = `${path}[${index}]`;
    look(part.extras, at);
    if (part.kind === 'tool-result') lookInParts(part.parts, `${at}.parts`, look);
  });
}

const isEmpty = (value: Json): boolean => isObject(value) && Object.keys(value).length === 0;
const SHOWN: ReadonlySet<Json> = new Set(['reasoning.encrypted_content', 'message.output_text.logprobs']);

/**
 * Fields of which nothing is lost: Clew itself keeps answers and shows what is sealed, and the centre has read all that
 * an empty object held.
 */
const KEPT: Readonly<Record<DialectId, Readonly<Record<string, (value: Json) => boolean>>>> = {
  'openai-responses': {
    store: () => true,
    include: (value) => Array.isArray(value) && (value as readonly Json[]).every((one) => SHOWN.has(one)),
    reasoning: isEmpty,
  },
  gemini: { generationConfig: isEmpty },
};

/** What says something, and stands among the notes of how an item was written since the item holds several pieces. */
const NOTED: Readonly<Record<DialectId, readonly string[]>> = {
  'openai-responses': ['$spelling', 'message', 'phase'],
};

function notedField({ fields, dialect }: Foreign): readonly string[] {
  const steps = NOTED[dialect];
  if (steps === undefined) return [];
  let value: Json | undefined = fields;
  for (const step of steps) value = isObject(value) ? value[step] : undefined;
  return saysNothing(value) ? [] : steps.slice(-1);
}

/** Notes of a dialect begin with `$`; inside a field that holds some, the others are named one by one. */
function sayingFields(extras: Foreign): readonly string[] {
  const { fields, dialect } = extras;
  const saying = Object.entries(fields).flatMap(([field, value]) => {
    if (field.startsWith('$') || LABELS.has(field) || saysNothing(value)) return [];
    if (KEPT[dialect]?.[field]?.(value ?? null) === true) return [];
    if (!isObject(value) || !Object.keys(value).some((key) => key.startsWith('$'))) return [field];
    return Object.keys(value).flatMap((key) => (key.startsWith('$') ? [] : [`${field}.${key}`]));
  });
  return [...saying, ...notedField(extras)];
}

function saysNothing(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) && value.length === 0;
}
