// Names of tools and ids of calls in the alphabet of the target: too long, or with letters that it refuses, they are
// replaced by made-up ones, the same in every turn. Names are turned back in the answer; ids need not be, since an answer
// has calls of its own.

import { nameHash } from '#base/name-hash.ts';
import type { AnswerFacts } from '#canonical/answer.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message, Tool } from '#canonical/request.ts';
import type { NameRule, WireNames } from '#canonical/wire-names.ts';

/** The client's names by those that the target sees. */
export type OriginalNames = ReadonlyMap<string, string>;

export interface RenamedRequest {
  readonly request: ChatRequest;
  readonly toolNames: OriginalNames;
}

/** Undefined when every name may stand: the usual case, without an allocation. */
export function fitNames(request: ChatRequest, rules: WireNames, losses: Loss[]): RenamedRequest | undefined {
  if (!breaksRules(request, rules)) return undefined;
  const names = new Renaming(rules.toolName);
  const ids = new Renaming(rules.callId);
  for (const name of namesIn(request)) names.note(name);
  for (const id of idsIn(request)) ids.note(id);
  declare(names, 'tools', 'name', losses);
  declare(ids, 'messages', 'call id', losses);
  const toolChoice = request.toolChoice;
  return {
    request: {
      ...request,
      tools: request.tools.map((tool) => renameTool(tool, names)),
      messages: request.messages.map((message) => renameMessage(message, names, ids)),
      ...(toolChoice?.kind === 'named'
        ? { toolChoice: { ...toolChoice, name: names.of(toolChoice.name) } }
        : {}),
    },
    toolNames: names.originals(),
  };
}

/** An event of the answer with the client's own name of the tool. */
export function restoreEvent(event: ChatEvent, names: OriginalNames): ChatEvent {
  if (event.kind !== 'open' || event.what.kind !== 'tool-call') return event;
  const name = names.get(event.what.name);
  return name === undefined ? event : { ...event, what: { ...event.what, name } };
}

export function restoreResponse<Answer extends AnswerFacts>(response: Answer, names: OriginalNames): Answer {
  if (response.choices === undefined) return response;
  const restore = (part: Part): Part =>
    part.kind === 'tool-call' ? { ...part, name: names.get(part.name) ?? part.name } : part;
  return {
    ...response,
    choices: response.choices.map((choice) => ({ ...choice, parts: choice.parts.map(restore) })),
  };
}

/** A rule that no made-up name fits is a mistake; it must not run for ever. */
const ATTEMPTS_MAX = 100;

class Renaming {
  readonly #rule: NameRule;
  readonly #made = new Map<string, string>();
  readonly #used = new Set<string>();

  constructor(rule: NameRule) {
    this.#rule = rule;
  }

  get changed(): number {
    return this.#made.size;
  }

  /** All names are noted before any is asked for, so that none that is made up meets one that stays. */
  note(name: string): void {
    if (this.#rule.valid.test(name)) this.#used.add(name);
    else if (!this.#made.has(name)) this.#made.set(name, '');
  }

  of(name: string): string {
    const made = this.#made.get(name);
    if (made === undefined || made !== '') return made ?? name;
    const fresh = this.#makeUp(name);
    this.#made.set(name, fresh);
    this.#used.add(fresh);
    return fresh;
  }

  originals(): OriginalNames {
    return new Map([...this.#made.keys()].map((name) => [this.of(name), name]));
  }

  #makeUp(name: string): string {
    for (let attempt = 0; ; attempt += 1) {
      const fresh = nameHash(attempt === 0 ? name : `${name}#${attempt}`, this.#rule.length);
      // Some languages take no digit at the beginning.
      const valid = this.#rule.valid.test(fresh) || attempt >= ATTEMPTS_MAX;
      if (valid && !this.#used.has(fresh)) return fresh;
    }
  }
}

function breaksRules(request: ChatRequest, { toolName, callId }: WireNames): boolean {
  for (const name of namesIn(request)) if (!toolName.valid.test(name)) return true;
  for (const id of idsIn(request)) if (!callId.valid.test(id)) return true;
  return false;
}

function* namesIn({ tools, messages }: ChatRequest): Generator<string> {
  for (const tool of tools) if (tool.form !== 'hosted') yield tool.name;
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.kind === 'tool-call') yield part.name;
      else if (part.kind === 'tool-result' && part.name !== undefined) yield part.name;
    }
  }
}

function* idsIn({ messages }: ChatRequest): Generator<string> {
  for (const { parts } of messages) {
    for (const part of parts) if (part.kind === 'tool-call' || part.kind === 'tool-result') yield part.id;
  }
}

function renameTool(tool: Tool, names: Renaming): Tool {
  return tool.form === 'hosted' ? tool : { ...tool, name: names.of(tool.name) };
}

function renameMessage(message: Message, names: Renaming, ids: Renaming): Message {
  return { ...message, parts: message.parts.map((part) => renamePart(part, names, ids)) };
}

function renamePart(part: Part, names: Renaming, ids: Renaming): Part {
  if (part.kind === 'tool-call') return { ...part, id: ids.of(part.id), name: names.of(part.name) };
  if (part.kind !== 'tool-result') return part;
  const name = part.name === undefined ? {} : { name: names.of(part.name) };
  return { ...part, id: ids.of(part.id), ...name };
}

function declare({ changed }: Renaming, path: string, what: string, losses: Loss[]): void {
  if (changed === 0) return;
  const many = changed === 1 ? `A ${what} is` : `${changed} ${what}s are`;
  losses.push({
    path,
    did: 'changed',
    why: `${many} written in other letters, since the target refuses them.`,
  });
}
