// A whole answer, from a provider's words to the centre's.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import { annotationsOf } from './annotations.ts';
import { AnswerIds } from './call-ids.ts';
import { decodeParts } from './decode-part.ts';
import { carriesError, decodeErrorObject } from './error-object.ts';
import { Fields, OURS } from './fields.ts';
import { decodeFinish } from './finish.ts';
import { decodeLogprobs } from './logprobs.ts';
import { decodeUsage } from './usage.ts';
import { CANDIDATE_FIELDS, CONTENT_FIELDS, RESPONSE_FIELDS } from './wire.ts';

/** The note that an answer had no content, or one without parts. */
export const CONTENT = '$content';

export function decodeResponse(body: Json): Result<ChatResponse, Failure> {
  if (carriesError(body)) return err(decodeErrorObject(body));
  if (!isObject(body)) return err(noAnswer('it is not a JSON object'));
  const candidates = asArray(body['candidates']) ?? [];
  const blocked = blockedPrompt(body);
  if (candidates.length === 0) return err(blocked ?? noAnswer('it has no candidates'));

  const fields = new Fields(body, RESPONSE_FIELDS);
  const id = fields.string('responseId') ?? '';
  const ids = new AnswerIds().of(id);
  fields.take('candidates');
  const choices = candidates.map((candidate, index) =>
    decodeCandidate(asObject(candidate) ?? {}, index, ids),
  );
  const model = fields.string('modelVersion') ?? '';
  const createdSec = secondsOf(asString(fields.see('createTime')));
  const reported = asObject(fields.see('usageMetadata'));
  const usage = reported && decodeUsage(reported);
  if (usage !== undefined) fields.take('usageMetadata');
  return ok({
    id,
    model,
    ...(createdSec === undefined ? {} : { createdSec }),
    choices,
    ...(usage && { usage }),
    losses: [],
    extras: fields.extras() ?? OURS,
  });
}

/** The prompt was refused: there is no answer at all. */
export function blockedPrompt(body: JsonObject): Failure | undefined {
  const feedback = asObject(body['promptFeedback']);
  const reason = asString(feedback?.['blockReason']);
  if (reason === undefined) return undefined;
  const told = asString(feedback?.['blockReasonMessage']);
  const why = told === undefined ? '' : ` ${told.slice(0, 400)}`;
  return failure('content_filtered', `The provider blocked the prompt: ${reason.slice(0, 80)}.${why}`);
}

export function noAnswer(why: string): Failure {
  return failure('upstream_protocol', `The provider’s answer cannot be read: ${why}.`);
}

/** Parsed without a clock: the text names its own time. */
export function secondsOf(time: string | undefined): number | undefined {
  const ms = time === undefined || !/^\d{4}-\d\d-\d\dT/.test(time) ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1_000);
}

function decodeCandidate(candidate: JsonObject, position: number, ids: AnswerIds): Choice {
  const fields = new Fields(candidate, CANDIDATE_FIELDS);
  const written = fields.object('content');
  const content = new Fields(written ?? {}, CONTENT_FIELDS);
  const list = content.array('parts');
  if (written === undefined) fields.leave(CONTENT, 'absent');
  else if (list === undefined) fields.leave(CONTENT, 'bare');
  if (content.see('role') === 'model') content.take('role');
  else if (written !== undefined) content.leave('role', content.see('role') ?? null);
  fields.leave('content', content.rest());
  const parts = decodeParts(list ?? [], ids);
  const finish = decodeFinish(
    fields.string('finishReason'),
    parts.some((part) => part.kind === 'tool-call'),
  );
  if (asNumber(fields.see('index')) === position) fields.take('index');
  else fields.leave('index', fields.see('index') ?? null);
  const logprobs = decodeLogprobs(fields.see('logprobsResult'));
  return {
    parts: annotated(parts, candidate),
    finish,
    ...(logprobs === undefined ? {} : { logprobs }),
    extras: fields.extras() ?? OURS,
  };
}

/** Links point into the text as a whole; they are kept on its last part. */
function annotated(parts: readonly Part[], candidate: JsonObject): readonly Part[] {
  const last = parts.findLastIndex((part) => part.kind === 'text');
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  const annotations = last < 0 ? [] : annotationsOf(candidate, text);
  if (annotations.length === 0) return parts;
  return parts.map((part, index) =>
    index === last && part.kind === 'text' ? { ...part, annotations } : part,
  );
}
