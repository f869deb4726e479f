// Parts of one message or answer, from the centre's words to the wire's: to providers, which get only what they know, and
// to clients, which get the seals of every vendor.

import { asObject, isObject, parseJson } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part, ReasoningPart, ToolCallPart } from '#canonical/part.ts';
import { ON } from './decode-part.ts';
import { addCarried, addExtras, noted, present } from './fields.ts';
import { encodeMedia, relabelled } from './media.ts';
import { ownSeal, writeSeal } from './seal.ts';
import { ID } from './wire.ts';

export interface PartWriting {
  /** What cannot be said is told; `path` is that of the part. */
  readonly lose: (path: string, did: Loss['did'], why: string) => void;
  readonly path: string;
  /** Where the parts stand in their list, when they are not all of it. */
  readonly indexes?: readonly number[];
  readonly to: 'provider' | 'client';
}

export function encodeParts(parts: readonly Part[], writing: PartWriting): readonly JsonObject[] {
  const written: JsonDraft[] = [];
  const sealed = sealsByCall(parts);
  /** A signature that came back without its place waits for the next text. */
  let waiting: string | undefined;
  parts.forEach((part, index) => {
    const at = { ...writing, path: `${writing.path}[${writing.indexes?.[index] ?? index}]` };
    if (part.kind === 'reasoning') {
      waiting = encodeReasoning(part, written, { ...at, sealed }) ?? waiting;
      return;
    }
    const body = encodePart(part, at, sealed);
    if (body === undefined) return;
    if (waiting !== undefined && part.kind === 'text' && body['thoughtSignature'] === undefined) {
      body['thoughtSignature'] = waiting;
      waiting = undefined;
    }
    written.push(body);
  });
  if (waiting !== undefined) written.push({ text: '', thoughtSignature: waiting });
  return written.map(present);
}

/** Seals that other languages carried apart from their call, by its id. */
function sealsByCall(parts: readonly Part[]): ReadonlyMap<string, Opaque> {
  const calls = new Set(parts.flatMap((part) => (part.kind === 'tool-call' ? [part.id] : [])));
  const found = new Map<string, Opaque>();
  for (const part of parts) {
    if (part.kind !== 'reasoning') continue;
    for (const seal of part.seals ?? []) {
      if (seal.dialect === ID && seal.id !== undefined && calls.has(seal.id)) found.set(seal.id, seal);
    }
  }
  return found;
}

function encodePart(
  part: Exclude<Part, ReasoningPart>,
  writing: PartWriting,
  sealed: ReadonlyMap<string, Opaque>,
): JsonDraft | undefined {
  const { lose, path } = writing;
  switch (part.kind) {
    case 'text':
      if (part.cache !== undefined) lose(`${path}.cache`, 'dropped', NO_CACHE_MARKS);
      if (writing.to === 'provider' && part.annotations !== undefined && part.annotations.length > 0)
        lose(`${path}.annotations`, 'dropped', 'What was cited cannot be told again: the text stays.');
      return addExtras({ text: part.text }, part.extras);
    case 'refusal':
      lose(path, 'changed', 'The language has no refusals; its text is sent as text.');
      return { text: part.text };
    case 'tool-call':
      return encodeCall(part, writing, sealed);
    case 'tool-result':
      // Only messages hold results: encode-message.ts writes them.
      return undefined;
    case 'foreign':
      if (part.dialect === ID) return { ...asObject(part.value) };
      lose(path, 'dropped', `Only ${part.dialect} understands this part.`);
      return undefined;
    default: {
      if (part.cache !== undefined) lose(`${path}.cache`, 'dropped', NO_CACHE_MARKS);
      const ours = fieldsFor(ID, part.extras) !== undefined;
      if (part.name !== undefined && !ours && writing.to === 'provider')
        lose(`${path}.name`, 'dropped', 'Files have no names here.');
      const media = encodeMedia(part, false);
      if (media === undefined) lose(path, 'dropped', 'The file is kept by another vendor.');
      const mime = relabelled(part);
      if (mime !== undefined && writing.to === 'provider')
        lose(`${path}.source.mime`, 'changed', `The bytes are ${mime}.`);
      return media === undefined ? undefined : { ...media };
    }
  }
}

export const NO_CACHE_MARKS = 'The vendor caches prompts by itself and takes no marks.';

function encodeCall(
  part: ToolCallPart,
  writing: PartWriting,
  sealed: ReadonlyMap<string, Opaque>,
): JsonDraft {
  const fields = fieldsFor(ID, part.extras);
  const seal = part.seal ?? sealed.get(part.id);
  const signature =
    seal === undefined ? undefined : writing.to === 'client' ? writeSeal(seal) : ownSeal([seal])?.value;
  if (seal !== undefined && signature === undefined)
    writing.lose(`${writing.path}.seal`, 'dropped', foreignSeal(seal));
  const call: JsonDraft = {
    id: fields?.['$id'] === 'absent' ? undefined : part.id,
    name: part.name,
    args: encodeArguments(part, writing),
  };
  if (fields !== undefined && '$args' in fields && part.arguments === '{}') {
    if (fields['$args'] === null) call['args'] = null;
    else delete call['args'];
  }
  const body: JsonDraft = {
    functionCall: present(addCarried(call, asObject(fields?.['functionCall']))),
    thoughtSignature: signature,
  };
  return addCarried(body, fields);
}

/** Arguments are an object here. What is none is put into one, so that nothing that a model wrote is lost. */
function encodeArguments(part: ToolCallPart, { lose, path }: PartWriting): JsonObject {
  const text = part.arguments.trim();
  if (part.form === 'function') {
    if (text === '' || text === 'null') return {};
    const parsed = parseJson(text);
    if (isObject(parsed)) return parsed;
  }
  lose(`${path}.arguments`, 'changed', 'Arguments must be an object; the text is its member `input`.');
  return { input: part.arguments };
}

function foreignSeal(seal: Opaque): string {
  return `A ${seal.form} of ${seal.dialect} means nothing to this vendor.`;
}

interface ReasoningWriting extends PartWriting {
  readonly sealed: ReadonlyMap<string, Opaque>;
}

/** Gives a signature that has to wait for the text it belongs to. */
function encodeReasoning(
  part: ReasoningPart,
  written: JsonDraft[],
  writing: ReasoningWriting,
): string | undefined {
  const { lose, path, to } = writing;
  const fields = fieldsFor(ID, part.extras);
  const own = ownSeal(part.seals);
  const seal = own ?? (to === 'client' ? part.seals?.[0] : undefined);
  const signature = seal === undefined ? undefined : to === 'client' ? writeSeal(seal) : seal.value;
  if (seal?.id !== undefined && writing.sealed.get(seal.id) === seal && part.text === '') return undefined;
  const on = noted(part.extras, ON);
  if (signature !== undefined && on === 'text') {
    const before = written.at(-1);
    if (before?.['text'] === undefined || before['thoughtSignature'] !== undefined) return signature;
    before['thoughtSignature'] = signature;
    return undefined;
  }
  if (signature !== undefined && on === 'itself') {
    const text = fields?.['$text'] === 'absent' ? undefined : part.text;
    written.push(addCarried({ text, thoughtSignature: signature }, fields));
    return undefined;
  }
  if (to === 'provider' && fields === undefined && own === undefined) {
    lose(path, 'dropped', 'Reasoning of another vendor means nothing to this one.');
    return undefined;
  }
  // Without its text a signature says nothing of its place: it stood on what follows.
  if (signature !== undefined && part.text === '' && fields === undefined && to === 'provider')
    return signature;
  if (part.text === '' && signature === undefined && fields === undefined) return undefined;
  written.push(addCarried({ text: part.text, thought: true, thoughtSignature: signature }, fields));
  return undefined;
}
