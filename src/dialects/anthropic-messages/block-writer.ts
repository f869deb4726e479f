// How one part of a streamed answer is written: the beginning of its block, its pieces, its end. Text and thoughts begin
// with their first piece, so that no empty block is written and a thought of which only the seal is shown becomes the
// right kind of block.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { asString, isObject } from '#base/json.ts';
import type { TextSoFar } from '#base/text-so-far.ts';
import type { CloseEvent, OpenEvent } from '#canonical/event.ts';
import type { Foreign } from '#canonical/foreign.ts';
import { citationsOf, mediaText, sealBlock, signatureOf } from './answer-block.ts';
import { addCarried } from './notes.ts';
import { bareSeal } from './seals.ts';
import { CUSTOM_FIELD } from './tool-input.ts';
import { ID } from './wire.ts';

/** One block as it goes over the wire. */
export interface WrittenBlock {
  readonly block: JsonObject;
  readonly deltas: readonly JsonObject[];
}

export interface BlockWriter {
  /** The block that begins with the part, when it begins at once. */
  readonly begins: JsonObject | undefined;
  /** The block that begins with the first piece. */
  readonly late: JsonObject | undefined;
  /** Type and field of the pieces. */
  readonly piece: readonly [type: string, field: string] | undefined;
  /** The text of a piece as it is written. */
  spell?(text: string): string;
  /** Pieces at the end, of a block that has begun; or whole blocks in its stead, where it never did. */
  finish(close: CloseEvent, text: PartText): Finished;
}

export interface PartText {
  readonly begun: boolean;
  readonly written: boolean;
  /** Read only where citations need it. */
  readonly text: TextSoFar;
}

export interface Finished {
  readonly deltas?: readonly JsonObject[];
  /** Blocks that follow, or stand alone. */
  readonly blocks?: readonly WrittenBlock[];
}

const NOTHING: Finished = {};
const EMPTY: JsonObject = { type: 'text', text: '' };

export function blockWriter({ what, extras }: OpenEvent): BlockWriter {
  switch (what.kind) {
    case 'text':
      return textWriter(extras);
    case 'refusal':
      return { begins: undefined, late: EMPTY, piece: ['text_delta', 'text'], finish: () => NOTHING };
    case 'reasoning':
      return thinkingWriter(extras);
    case 'tool-call':
      return callWriter(what, extras);
    case 'foreign':
      return whole(what.dialect === ID && isObject(what.value) ? [inPieces(what.value)] : []);
    default: {
      const text = mediaText(what);
      return whole([{ block: EMPTY, deltas: [{ type: 'text_delta', text }] }]);
    }
  }
}

function whole(blocks: readonly WrittenBlock[]): BlockWriter {
  return { begins: undefined, late: undefined, piece: undefined, finish: () => ({ blocks }) };
}

function textWriter(extras: Foreign | undefined): BlockWriter {
  const late = addCarried({ ...EMPTY }, extras);
  return {
    begins: undefined,
    late,
    piece: ['text_delta', 'text'],
    finish: ({ annotations }, { begun, text }) => {
      const citations = citationsOf(annotations ?? [], text.read());
      const deltas = citations.map((citation) => ({ type: 'citations_delta', citation }));
      if (begun || deltas.length === 0) return { deltas };
      return { blocks: [{ block: late, deltas }] };
    },
  };
}

function thinkingWriter(extras: Foreign | undefined): BlockWriter {
  const late = addCarried({ type: 'thinking', thinking: '', signature: '' }, extras);
  return {
    begins: undefined,
    late,
    piece: ['thinking_delta', 'thinking'],
    finish: ({ seals, extras: more }, { begun }) => {
      const redacted = bareSeal(seals, 'redacted');
      if (!begun && redacted !== undefined) {
        const block = addCarried({ type: 'redacted_thinking', data: redacted.value }, extras);
        return { blocks: [{ block, deltas: [] }] };
      }
      if (!begun && (seals ?? []).length === 0) return NOTHING;
      const signature = signatureOf({ ...(seals && { seals }), ...(more && { extras: more }) });
      const deltas = signature === '' ? [] : [{ type: 'signature_delta', signature }];
      return begun ? { deltas } : { blocks: [{ block: late, deltas }] };
    },
  };
}

function callWriter(what: Extract<OpenEvent['what'], { kind: 'tool-call' }>, extras?: Foreign): BlockWriter {
  const { id, name } = what;
  const custom = what.form === 'custom';
  const before = `{"${CUSTOM_FIELD}":"`;
  let opened = false;
  const spell = (text: string): string => {
    const inside = JSON.stringify(text).slice(1, -1);
    const spelled = opened ? inside : before + inside;
    opened = true;
    return spelled;
  };
  return {
    begins: addCarried({ type: 'tool_use', id, name, input: {} }, extras),
    late: undefined,
    piece: ['input_json_delta', 'partial_json'],
    ...(custom && { spell }),
    finish: ({ seals }, { written }) => {
      // Some clients parse nothing badly, so a call without arguments says so.
      const rest = custom ? (opened ? '"}' : `${before}"}`) : written ? undefined : '{}';
      const deltas = rest === undefined ? [] : [{ type: 'input_json_delta', partial_json: rest }];
      const seal = seals?.[0];
      return seal === undefined ? { deltas } : { deltas, blocks: [inPieces(sealBlock(id, seal))] };
    },
  };
}

/** A block of our own language, with the pieces that the vendor sends it in. */
function inPieces(block: JsonObject): WrittenBlock {
  const field = (key: string): string | undefined => asString(block[key]);
  if (isObject(block['input'])) {
    const input = JSON.stringify(block['input']);
    return { block: { ...block, input: {} }, deltas: [{ type: 'input_json_delta', partial_json: input }] };
  }
  if (block['type'] === 'compaction' && field('content') !== undefined)
    return inDelta({ ...block, content: null }, 'compaction_delta', { content: field('content') });
  if (block['type'] === 'thinking' && field('signature') !== undefined)
    return inDelta({ ...block, signature: '' }, 'signature_delta', { signature: field('signature') });
  return { block, deltas: [] };
}

function inDelta(
  block: JsonDraft,
  type: string,
  fields: Readonly<Record<string, Json | undefined>>,
): WrittenBlock {
  return { block, deltas: [{ type, ...fields }] };
}
