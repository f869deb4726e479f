// A whole answer, from the centre's words to a client's.

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import { groundingOf } from './annotations.ts';
import { CONTENT } from './decode-response.ts';
import { encodeParts } from './encode-part.ts';
import { addCarried, present } from './fields.ts';
import { encodeFinish } from './finish.ts';
import { encodeLogprobs } from './logprobs.ts';
import { encodeUsage } from './usage.ts';
import { ID } from './wire.ts';

export function encodeResponse(response: ChatResponse): Json {
  const fields = fieldsFor(ID, response.extras);
  const body: JsonDraft = {
    candidates: response.choices.map((choice, index) => encodeChoice(choice, index, fields !== undefined)),
    usageMetadata: response.usage === undefined ? undefined : encodeUsage(response.usage),
    modelVersion: response.model === '' ? undefined : response.model,
    responseId: response.id === '' ? undefined : response.id,
  };
  return present(addCarried(body, fields));
}

/** `ours`: the answer came in this language, so that what it does not say was not said. */
function encodeChoice(choice: Choice, position: number, ours: boolean): JsonObject {
  const fields = fieldsFor(ID, choice.extras);
  const parts = encodeParts(choice.parts, TO_CLIENT);
  const { raw } = choice.finish;
  const broken = !ours && hasBrokenCall(choice.parts);
  const body: JsonDraft = {
    content: encodeContent(parts, fields),
    finishReason: broken
      ? BROKEN_CALL
      : ours
        ? raw
        : encodeFinish(choice.finish, choice.parts.some(isRefusal)),
    index: fields !== undefined && 'index' in fields ? undefined : position,
    groundingMetadata: ours ? undefined : groundingOf(annotationsIn(choice.parts), textIn(choice.parts)),
    logprobsResult: fields === undefined ? encodeLogprobs(choice.logprobs) : undefined,
  };
  const written = addCarried(body, fields);
  if (written['index'] === null) delete written['index'];
  return present(written);
}

const isRefusal = (part: Part): boolean => part.kind === 'refusal';

/** Clients are told of losses beforehand or not at all: what an answer cannot say here is in docs/losses/gemini.md. */
export const TO_CLIENT = { lose: (): void => {}, path: '', to: 'client' } as const;
export const BROKEN_CALL = 'MALFORMED_FUNCTION_CALL';

function encodeContent(parts: readonly JsonObject[], fields: JsonObject | undefined): Json | undefined {
  if (parts.length === 0 && fields?.[CONTENT] === 'absent') return undefined;
  const carried = asObject(fields?.['content']);
  const body: JsonDraft = { role: 'model' };
  if (parts.length > 0 || fields?.[CONTENT] !== 'bare') body['parts'] = parts;
  if (carried !== undefined && 'role' in carried) delete body['role'];
  const content = addCarried(body, carried);
  if (content['role'] === null) delete content['role'];
  return present(content);
}

/** Arguments that are no object cannot be written: the client is told that the call is broken. */
export function hasBrokenCall(parts: readonly Part[]): boolean {
  return parts.some(
    (part) => part.kind === 'tool-call' && part.form === 'function' && isBrokenText(part.arguments),
  );
}

export function isBrokenText(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'null') return false;
  try {
    const parsed: unknown = JSON.parse(trimmed);
    return typeof parsed !== 'object' || parsed === null || Array.isArray(parsed);
  } catch {
    return true;
  }
}

export function annotationsIn(parts: readonly Part[]): readonly Json[] {
  return parts.flatMap((part) => (part.kind === 'text' ? (part.annotations ?? []) : []));
}

export function textIn(parts: readonly Part[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}
