// What a request is known by when a recording is looked for: the same function reads recorded and live requests.

import { asArray, asObject, asString, isObject, type Json } from '#base/json.ts';

export interface RequestTraits {
  readonly method: string;
  readonly path: string;
  /** What the path asks for, whatever stands before it: `chat/completions`, `messages`, `generateContent`. */
  readonly kind: string;
  readonly model: string;
  readonly stream: boolean;
  /** Of the whole body, whatever the order of its keys. */
  readonly bodyHash: string;
  readonly lastHash: string;
  /** Words of the last message, for finding the nearest. */
  readonly words: ReadonlySet<string>;
}

const WORDS_MAX = 40;

export function traitsOf(method: string, path: string, body: Json | undefined): RequestTraits {
  const object = isObject(body) ? body : {};
  const { kind, model } = readPath(path);
  const last = lastMessage(object['messages'] ?? object['contents'] ?? object['input'] ?? object['prompt']);
  return {
    method,
    path,
    kind,
    model: asString(object['model']) ?? model,
    stream: object['stream'] === true || /stream/i.test(kind),
    bodyHash: hashOf(body),
    lastHash: hashOf(last),
    words: wordsOf(last),
  };
}

/** `…/models/NAME:verb` and `…/model/NAME/verb` carry the model in the path; elsewhere the last names say the kind. */
function readPath(path: string): { kind: string; model: string } {
  const colon = /\/models\/([^/]+):(\w+)$/.exec(path);
  if (colon !== null) return { kind: colon[2] ?? '', model: decode(colon[1] ?? '') };
  const slash = /\/model\/([^/]+)\/([\w-]+)$/.exec(path);
  if (slash !== null) return { kind: slash[2] ?? '', model: decode(slash[1] ?? '') };
  const kind = /(?:chat\/completions|messages\/count_tokens|responses\/\w+|[^/]+)$/.exec(path);
  return { kind: kind?.[0] ?? '', model: '' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function lastMessage(messages: Json | undefined): Json | undefined {
  return asArray(messages)?.at(-1) ?? messages;
}

function hashOf(value: Json | undefined): string {
  return Bun.hash(JSON.stringify(sorted(value)) ?? '').toString(36);
}

function sorted(value: Json | undefined): Json | undefined {
  const list = asArray(value);
  if (list !== undefined) return list.map((item) => sorted(item) ?? null);
  const object = asObject(value);
  if (object === undefined) return value;
  // A list of pairs, so that no key can be taken for the prototype.
  return Object.keys(object)
    .sort()
    .filter((key) => object[key] !== undefined)
    .map((key) => [key, sorted(object[key]) ?? null]);
}

function wordsOf(value: Json | undefined): ReadonlySet<string> {
  const text = JSON.stringify(value) ?? '';
  return new Set(
    text
      .slice(0, 4_096)
      .toLowerCase()
      .match(/[\p{L}\p{N}]{2,}/gu)
      ?.slice(0, WORDS_MAX),
  );
}
