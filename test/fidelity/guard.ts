// What a request loses on its way to a target, and whether it is told: every fact is either found again in what is sent,
// or a declared loss names its path.

import type { JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import { fit } from '#providers/fit.ts';
import { target } from '../support/targets.ts';
import { restoreResponse } from '#providers/fit-names.ts';
import type { OriginalNames } from '#providers/fit-names.ts';
import { factsOf } from './facts.ts';
import type { Fact } from './facts.ts';
import { readBack } from './read-back.ts';

export interface Goal {
  readonly dialect: string;
  readonly model: string;
  readonly quirks?: Quirks;
}

export interface Verdict {
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
  /** What is neither found again nor declared. */
  readonly undeclared: readonly string[];
}

/** Nobody but the API that keeps the rest can answer; see `onlyFor`. */
const NOTHING_SAID: Verdict = { body: {}, losses: [], undeclared: [] };

/** As a call does it: fit, then encode. */
export function judge(request: ChatRequest, goal: Goal): Verdict {
  const provider = CHAT_DIALECTS.get(goal.dialect)?.provider;
  if (provider === undefined) throw new Error(`no provider speaks ${goal.dialect}`);
  const quirks = goal.quirks ?? {};
  const aim = target('guard/m', { dialect: goal.dialect, model: goal.model, quirks });
  const fitted = fit(request, aim, { names: provider.names?.(quirks) });
  if (request.messages.every(({ parts }) => parts.length === 0)) return NOTHING_SAID;
  const { body, losses } = provider.encodeRequest(fitted.request, goal.model, quirks);
  const seen = readBack(goal, body as JsonObject);
  const named = withNames(fitted.request, fitted.toolNames);
  const inFit = missing(factsOf(request), factsOf(named), fitted.losses);
  const inBody = missing(factsOf(fitted.request), factsOf(seen), losses);
  return {
    body: body as JsonObject,
    losses: [...fitted.losses, ...losses],
    undeclared: [...inFit, ...inBody],
  };
}

/** The facts that are neither found again nor covered by a loss. */
export function missing(
  before: readonly Fact[],
  after: readonly Fact[],
  losses: readonly Loss[],
): readonly string[] {
  const open = new Map<string, { value: string; at: number }[]>();
  after.forEach(({ about, value }, at) => {
    const list = open.get(about) ?? [];
    list.push({ value, at });
    open.set(about, list);
  });
  const found: string[] = [];
  /** The place of the last thing said that was found: what follows must stand behind it. */
  let reached = -1;
  for (const fact of before) {
    // What is told to be lost does not count as found, lest it take the place of another.
    if (isDeclared(fact, losses)) continue;
    const list = open.get(fact.about) ?? [];
    const index = list.findIndex(
      ({ value, at }) => isSame(fact, value) && (fact.said !== true || at > reached),
    );
    const hit = list[index];
    if (hit !== undefined) {
      // Thoughts may stand together in one.
      if (fact.about !== 'reasoning') list.splice(index, 1);
      if (fact.said) reached = hit.at;
    } else if (fact.about === 'result' && answersNoCall(fact) && list.length > 0) list.shift();
    else if (!isOff(fact) || list.some(({ value }) => value === 'true')) {
      const elsewhere = list.some(({ value }) => value === fact.value) ? ' (out of order)' : '';
      found.push(`${fact.path}: ${fact.about} ${fact.value.slice(0, 100)}${elsewhere}`);
    }
  }
  return found;
}

function isSame({ about, value }: Fact, found: string): boolean {
  return about === 'reasoning' ? found.includes(value.slice(1, -1)) : found === value;
}

/** Without an id a result belongs to the call in its place, which some languages then say. */
function answersNoCall({ value }: Fact): boolean {
  return value.startsWith('["no call"');
}

/** Where nobody is asked to reason, reasoning is off. */
function isOff({ path, value }: Fact): boolean {
  return path === 'reasoning.enabled' && value === 'false';
}

/** Names that fit has changed are turned back in the answer, and count as the client's own. */
function withNames(request: ChatRequest, names: OriginalNames | undefined): ChatRequest {
  if (names === undefined) return request;
  const { toolChoice } = request;
  const old = (name: string): string => names.get(name) ?? name;
  const choices = request.messages.map(({ parts }) => ({ parts, finish: { reason: 'stop' } as const }));
  const restored = restoreResponse({ id: '', model: '', losses: [], choices }, names);
  return {
    ...request,
    tools: request.tools.map((tool) => (tool.form === 'hosted' ? tool : { ...tool, name: old(tool.name) })),
    messages: request.messages.map((message, index) => ({
      ...message,
      parts: restored.choices[index]?.parts ?? [],
    })),
    ...(toolChoice?.kind === 'named' && { toolChoice: { ...toolChoice, name: old(toolChoice.name) } }),
  };
}

/** Losses of the whole conversation speak of what was added to it, never of what was said in it. */
const TOO_WIDE: ReadonlySet<string> = new Set(['', 'messages', 'tools', 'sampling', 'extras']);

function isDeclared({ path, also = [] }: Fact, losses: readonly Loss[]): boolean {
  return losses.some(
    (loss) => !TOO_WIDE.has(loss.path) && (isWithin(path, loss.path) || also.includes(loss.path)),
  );
}

/** Whether `path` is `outer` or inside it; `reasoning.effort` tells of `reasoning` too. */
function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
