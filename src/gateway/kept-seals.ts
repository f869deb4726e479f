// Seals of reasoning that clients do not give back: kept when an answer has them, found again by what the client shows of
// the turn. All in memory; a request of a key for which nothing is kept pays one look into a map.

import { parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { sha256 } from '#base/digest.ts';
import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { Fold } from '#canonical/fold.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type { Part, ToolCallPart } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { keptTurn, sealsOfTurn } from '#providers/kept-turn.ts';
import type { KeptTurn } from '#providers/kept-turn.ts';
import type { Recalled } from '#upstream/seal-issuers.ts';
import type { Gateway } from './gateway.ts';

/** Where seals are kept: storage/seals.ts. */
export interface Seals {
  /** Returns at once. */
  keep(seals: {
    readonly key: string;
    readonly turn: string;
    readonly createdMs: number;
    readonly sealed: string;
  }): void;
  /** Whether anything is kept for the key at all, or of a turn whose name begins so. */
  any(key: string, shape?: string): boolean;
  find(key: string, turn: string): string | undefined;
}

/** Characters of a turn from which nothing is kept. */
const TURN_CHARACTERS_MAX = 1024 * 1024;

/** Undefined when nothing is kept of any turn of the request. */
export function recallSeals(
  request: Asked,
  key: string | null,
  { seals }: Pick<Gateway, 'seals'>,
): Recalled | undefined {
  const holder = key ?? '';
  if (!seals.any(holder) || !isChat(request)) return undefined;
  const { messages } = request;
  const turns = new Map<number, KeptTurn>();
  const found = new Map<string, Opaque>();
  for (const [index, { role, parts }] of messages.entries()) {
    if (role !== 'assistant') continue;
    const shown = shownOf(parts);
    if (!seals.any(holder, shown.shape)) continue;
    const kept = findTurn(namesOf(shown, messages[index - 1]), holder, seals);
    if (kept === undefined) continue;
    turns.set(index, kept);
    for (const seal of sealsOfTurn(kept)) found.set(seal.value, seal);
  }
  return turns.size === 0 ? undefined : { turns, seals: found };
}

function findTurn(names: readonly string[], key: string, seals: Seals): KeptTurn | undefined {
  for (const name of names) {
    const text = seals.find(key, name);
    // Written by `keepSeals`, here or in an earlier process.
    if (text !== undefined) return parseJson(text) as unknown as KeptTurn;
  }
  return undefined;
}

/** Returns at once. Turns without seals are not looked at twice. */
export function keepSeals(
  parts: readonly Part[],
  request: Asked,
  of: { readonly key: string | null; readonly createdMs: number },
  { seals }: Pick<Gateway, 'seals'>,
): void {
  const kept = keptTurn(parts);
  if (kept === undefined || !isChat(request)) return;
  const sealed = JSON.stringify(kept);
  if (sealed.length > TURN_CHARACTERS_MAX) return;
  for (const turn of namesOf(shownOf(parts), request.messages.at(-1)))
    seals.keep({ key: of.key ?? '', turn, createdMs: of.createdMs, sealed });
}

/** What the client shows of a turn: some clients cut texts into pieces or trim them. */
interface Shown {
  readonly text: string;
  readonly calls: readonly ToolCallPart[];
  /** Calls and characters: told without reading the text, it rules out nearly every turn of which nothing is kept. */
  readonly shape: string;
}

function shownOf(parts: readonly Part[]): Shown {
  let text = '';
  const calls: ToolCallPart[] = [];
  for (const part of parts) {
    if (part.kind === 'text' || part.kind === 'refusal') text += part.text;
    else if (part.kind === 'tool-call') calls.push(part);
  }
  text = text.trim();
  return { text, calls, shape: `${calls.length}.${text.length}` };
}

/**
 * Names for a turn by what the client shows of it. Ids of calls are the client's to give back, and differ between
 * conversations; where it does not, or nothing was called, what was said just before tells conversations apart.
 */
function namesOf({ text, calls, shape }: Shown, before: Message | undefined): readonly string[] {
  let said = text;
  let ids = '';
  for (const part of calls) {
    said += `\n${part.name}\n${part.form === 'function' ? sortedJson(part.arguments) : part.arguments}`;
    ids += `\n${part.id}`;
  }
  const lead = before === undefined ? '' : textIn(before.parts).trim();
  const placed = `${shape}.${sha256(`in place\n${said}\n${lead}`)}`;
  return ids === '' ? [placed] : [`${shape}.${sha256(`by id\n${said}\n${ids}`)}`, placed];
}

function textIn(parts: readonly Part[]): string {
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'tool-result') text += textIn(part.parts);
  }
  return text;
}

/** Languages in which arguments are objects give them back in an order and with a spacing of their own. */
function sortedJson(text: string): string {
  const parsed = parseJson(text.trim() === '' ? '{}' : text);
  if (parsed === undefined) return text.trim();
  return JSON.stringify(parsed, (_, value: Json) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Watches a stream for seals. What it holds is bounded; a turn that is longer is not kept. */
export class SealWatch {
  #fold: Fold | undefined;
  readonly #isShared: boolean;
  #characters = 0;
  #sealed = false;

  /** `shared`: a fold that somebody else fills with the same events. */
  constructor(shared?: Fold) {
    this.#fold = shared ?? new Fold();
    this.#isShared = shared !== undefined;
  }

  push(event: ChatEvent): void {
    if (this.#fold === undefined) return;
    if (event.kind === 'delta') this.#characters += event.text.length;
    else if (event.kind === 'close' && event.seals !== undefined) this.#sealed ||= event.seals.length > 0;
    if (this.#characters > TURN_CHARACTERS_MAX) this.#fold = undefined;
    else if (!this.#isShared) this.#fold.push(event);
  }

  /** The parts of the turn, when it came to its end and anything in it is sealed. */
  turn(): readonly Part[] | undefined {
    const fold = this.#fold;
    if (!this.#sealed || fold?.over !== true || fold.failure !== undefined) return undefined;
    return fold.response().choices[0]?.parts;
  }
}
