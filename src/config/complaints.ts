// What the schema finds wrong, in words for people: unknown keys with the nearest valid one, what was expected, what stands
// there instead.

import { z } from 'zod';
import { nearest } from '#base/nearest.ts';
import { oneOf } from './problem.ts';
import type { Complaint, Path } from './problem.ts';

/** Keys of the design that this version does not know yet: nobody should hunt for a typing mistake in them. */
const NOT_YET = new Set(['shared', 'continuation', 'tenants', 'budgets', 'plugins']);

/** Below these keys a text is never repeated: it may be a secret that was pasted where a reference belongs. */
const CONFIDENTIAL = new Set(['keys', 'credentials', 'secret', 'auth', 'url']);
const SHOWN_MAX = 40;

const TYPE_PHRASES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

type Issue = z.core.$ZodIssue;

export function schemaComplaints(schema: z.ZodType, value: unknown): readonly Complaint[] {
  const parsed = schema.safeParse(value, { error: expectedPhrase });
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => explain(issue, [], schema, value));
}

/** Completes "expected …". A schema's own message comes before this one. */
function expectedPhrase(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_PHRASES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'too_small':
      return limitPhrase(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return limitPhrase(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_format':
      return issue.format === 'url' ? 'a URL' : 'text of another form';
    default:
      return 'another value';
  }
}

function limitPhrase(origin: string, relation: string, bound: number | bigint): string {
  if (origin === 'array') return `${relation} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  if (origin === 'string') return `${relation} ${bound} ${bound === 1 ? 'character' : 'characters'}`;
  return `${relation} ${bound}`;
}

/** `base` is the path of the union that the issue was found in; issues inside one count from there. */
function explain(issue: Issue, base: Path, schema: z.ZodType, root: unknown): readonly Complaint[] {
  const path: Path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(path, key, structure(schemaAt(schema, issue.path))));
  }
  if (issue.code === 'invalid_key') {
    return [
      { path, atKey: true, message: 'not a valid name', expected: issue.issues[0]?.message ?? 'a name' },
    ];
  }
  if (issue.code === 'invalid_union') {
    const union = schemaAt(schema, issue.path);
    const branch = closestBranch(issue.errors);
    const option = union instanceof z.ZodUnion && branch !== undefined ? union.options[branch] : undefined;
    if (option !== undefined && branch !== undefined) {
      return (issue.errors[branch] ?? []).flatMap((inner) => explain(inner, path, option as z.ZodType, root));
    }
  }
  return [wrongValue(path, issue.message, issue, valueAt(root, path))];
}

/** The branch that the value has the right kind for; undefined when it has none. */
function closestBranch(errors: readonly (readonly Issue[])[]): number | undefined {
  const found = errors.findIndex(
    (issues) => !issues.some((issue) => issue.path.length === 0 && isKind(issue)),
  );
  return found < 0 ? undefined : found;
}

function isKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function unknownKey(path: Path, key: string, parent: unknown): Complaint {
  const keys = parent instanceof z.ZodObject ? Object.keys(parent.shape) : [];
  const near = nearest(key, keys)[0];
  const message = NOT_YET.has(key) ? 'unknown key: this version of Clew cannot do that' : 'unknown key';
  return {
    path: [...path, key],
    atKey: true,
    message,
    nearest: near,
    expected: near === undefined && keys.length > 0 ? oneOf(keys) : undefined,
  };
}

function wrongValue(path: Path, expected: string, issue: Issue, value: unknown): Complaint {
  if (value === undefined) return { path, message: 'missing', expected };
  const near =
    issue.code === 'invalid_value' && typeof value === 'string'
      ? nearest(value, issue.values.map(String))[0]
      : undefined;
  return { path, message: describe(value, path, issue.code), expected, nearest: near };
}

function describe(value: unknown, path: Path, code: Issue['code']): string {
  if (value === null) return 'is empty';
  if (Array.isArray(value)) return value.length === 0 ? 'is an empty list' : 'is a list';
  if (typeof value === 'object') return 'is a map';
  if (typeof value !== 'string') return `is the ${typeof value} ${JSON.stringify(value)}`;
  if (path.some((step) => CONFIDENTIAL.has(String(step)))) {
    return code === 'invalid_type' ? 'is text' : 'has the wrong form';
  }
  return `is the text ${JSON.stringify(value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value)}`;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** The schema at a path of an issue. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): unknown {
  let found: unknown = unwrap(schema);
  for (const step of path) {
    const holder = structure(found);
    if (holder instanceof z.ZodObject) found = unwrap(holder.shape[step as string]);
    else if (holder instanceof z.ZodRecord) found = unwrap(holder.valueType);
    else if (holder instanceof z.ZodArray) found = unwrap(holder.element);
    else return undefined;
  }
  return found;
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

/** Of a union, the alternative that holds others: issues inside it come without a trace of the union. */
function structure(schema: unknown): unknown {
  if (!(schema instanceof z.ZodUnion)) return schema;
  return schema.options.map(unwrap).find((option) => option instanceof z.ZodObject) ?? schema;
}

/** `ulr: …` is one mistake, not two: where an unknown key is most like one that is missing, only the first is told. */
export function withoutEchoes(complaints: readonly Complaint[]): readonly Complaint[] {
  const meant = new Set<string>();
  for (const { path, nearest: near } of complaints) {
    if (near !== undefined) meant.add(JSON.stringify([...path.slice(0, -1), near]));
  }
  return complaints.filter(({ path, message }) => message !== 'missing' || !meant.has(JSON.stringify(path)));
}
