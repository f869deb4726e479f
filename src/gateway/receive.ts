// The body of a request: JSON, or for some operations a form.

import { boundaryOf, readForm } from '#base/form.ts';
import type { Form } from '#base/form.ts';
import { isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { BodyLimits, Incoming } from './gateway.ts';

export interface Received {
  readonly text: string;
  /** The fields of the JSON or the small ones of the form. */
  readonly body: JsonObject;
  readonly form?: Form | undefined;
}

export function receive(
  incoming: Incoming,
  limits: BodyLimits,
  forms: boolean,
): Promise<Result<Received, Failure>> {
  if (forms && boundaryOf(incoming.header('content-type') ?? '') !== undefined) {
    return receiveForm(incoming, limits);
  }
  return incoming.readText(limits).then(readJson);
}

function readJson(text: Result<string, Failure>): Result<Received, Failure> {
  if (!text.ok) return text;
  const body = parseJson(text.value);
  if (isObject(body)) return ok({ text: text.value, body });
  const message =
    body === undefined ? 'The body is not valid JSON.' : 'The body is JSON, but not an object with fields.';
  return err(failure('invalid_request', message));
}

async function receiveForm(incoming: Incoming, limits: BodyLimits): Promise<Result<Received, Failure>> {
  const bytes = await incoming.readBytes(limits);
  if (!bytes.ok) return bytes;
  const form = readForm(bytes.value, incoming.header('content-type') ?? '');
  if (form !== undefined) return ok({ text: '', body: form.fields, form });
  return err(
    failure('invalid_request', 'The body is not a whole form with the boundary of its content type.'),
  );
}
