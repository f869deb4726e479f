// The language of conditions (CEL: no loops, no side effects, no way out), what may be asked in it, and how a condition
// becomes a function. Checked when the configuration is loaded: names, types, size; so that at work it can only say yes or no.

import { Environment } from '@marcbachmann/cel-js';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { KeyFacts, RequestFacts, TimeFacts } from '#routing/policies/facts.ts';
import type { PolicyFacts } from '#routing/policies/facts.ts';

export interface ConditionProblem {
  readonly message: string;
  /** From 1, in the text of the condition. */
  readonly column?: number;
}

const LIMITS = {
  maxAstNodes: 400,
  maxDepth: 24,
  maxListElements: 200,
  maxMapEntries: 50,
  maxCallArguments: 8,
};
/** A pattern can take time that grows with a power of the text's length; searches for texts cannot. */
const REFUSED = new Map([
  ['matches', 'patterns are not searched for; use contains, startsWith, endsWith or in'],
]);
/** One walk over a list within another is the deepest: each level multiplies the steps. */
const WALKS = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
const WALKS_NESTED_MAX = 2;

const TEXT = 'string';
const WHOLE = 'int';
const TEXTS = 'list<string>';

const ENVIRONMENT = new Environment({ limits: LIMITS })
  .registerType('Request', {
    ctor: RequestFacts,
    fields: {
      model: TEXT,
      dialect: TEXT,
      stream: 'bool',
      user: TEXT,
      session: TEXT,
      metadata: 'map<string, string>',
      messages: WHOLE,
      tokens: WHOLE,
      max_tokens: WHOLE,
      tools: TEXTS,
      needs: TEXTS,
      task: TEXT,
      language: TEXT,
    },
  })
  .registerType('Key', { ctor: KeyFacts, fields: { name: TEXT, tenant: TEXT } })
  .registerType('Time', { ctor: TimeFacts, fields: { hour: WHOLE, minute: WHOLE, day: TEXT, date: TEXT } })
  .registerVariable('request', 'Request')
  .registerVariable('key', 'Key')
  .registerVariable('time', 'Time');

/** The function never throws: a condition about what is not there, such as a name that metadata lacks, does not hold. */
export function compileCondition(text: string): Result<(facts: PolicyFacts) => boolean, ConditionProblem> {
  const checked = ENVIRONMENT.check(text);
  if (!checked.valid) return err(problemOf(checked.error));
  if (String(checked.type) !== 'bool') {
    return err({ message: `gives ${String(checked.type)}, where a condition is true or false` });
  }
  const parsed = ENVIRONMENT.parse(text);
  const refused = refusedIn(parsed.ast, 0);
  if (refused !== undefined) return err(refused);
  return ok((facts) => {
    try {
      return parsed(facts) === true;
    } catch {
      return false;
    }
  });
}

interface CelError {
  readonly message: string;
  readonly range?: { readonly start: number };
}

/** The first line; a drawing of the place follows it. */
function problemOf(error: unknown): ConditionProblem {
  const { message = 'cannot be read', range } = (error ?? {}) as Partial<CelError>;
  const [first = ''] = message.split('\n');
  return { message: first, ...(range !== undefined && { column: range.start + 1 }) };
}

interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly pos?: number;
}

/** Calls that are not allowed; `walks` is how many lists are being walked around here. */
function refusedIn(node: unknown, walks: number): ConditionProblem | undefined {
  if (Array.isArray(node)) return firstOf(node, walks);
  if (!isNode(node)) return undefined;
  const { op, args, pos = 0 } = node;
  const name = op === 'call' || op === 'rcall' ? String((args as readonly unknown[])[0]) : '';
  const why = REFUSED.get(name);
  if (why !== undefined) return { message: why, column: pos + 1 };
  const inside = WALKS.has(name) ? walks + 1 : walks;
  if (inside > WALKS_NESTED_MAX) {
    return { message: 'walks over lists are too deep within each other', column: pos + 1 };
  }
  return firstOf(Array.isArray(args) ? args : [args], inside);
}

function firstOf(nodes: readonly unknown[], walks: number): ConditionProblem | undefined {
  for (const node of nodes) {
    const refused = refusedIn(node, walks);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
