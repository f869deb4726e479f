// What the languages of embeddings share: vectors as numbers or as bytes, and what is told of inputs that one cannot take.

import { asArray } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { EmbeddingRequest, Vector } from '#canonical/operation.ts';

const FLOAT_BYTES = 4;

/** Undefined for what is neither numbers nor a string. */
export function readVector(value: Json | undefined): Vector | undefined {
  if (typeof value === 'string') return { form: 'base64', text: value };
  const values = asArray(value);
  if (values === undefined || !areNumbers(values)) return undefined;
  return { form: 'numbers', values };
}

/** A loop without a closure: there are thousands in a vector. */
function areNumbers(values: readonly Json[]): values is readonly number[] {
  // A number that is too large for a number was none that a client could read again.
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}

/** Little-endian float32, which is what every client of this form reads. */
export function toBase64(vector: Vector): string {
  if (vector.form === 'base64') return vector.text;
  const view = new DataView(new ArrayBuffer(vector.values.length * FLOAT_BYTES));
  vector.values.forEach((value, index) => view.setFloat32(index * FLOAT_BYTES, value, true));
  return new Uint8Array(view.buffer).toBase64();
}

/** Undefined when the string is not base64 of whole float32 values that JSON can say. */
export function toNumbers(vector: Vector): readonly number[] | undefined {
  if (vector.form === 'numbers') return vector.values;
  const bytes = bytesOf(vector.text);
  if (bytes === undefined || bytes.length % FLOAT_BYTES !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: number[] = [];
  for (let at = 0; at < bytes.length; at += FLOAT_BYTES) values.push(view.getFloat32(at, true));
  return areNumbers(values) ? values : undefined;
}

function bytesOf(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

/** The texts of a request. Requests in token numbers never come here: they name the only language that has them. */
export function textsOf({ inputs }: EmbeddingRequest): readonly string[] {
  return inputs.map((input) => (typeof input === 'string' ? input : input.join(' ')));
}

/** A loss for each field that the request has and the language has not. */
export function missing(
  request: EmbeddingRequest,
  fields: readonly ('dimensions' | 'purpose' | 'user')[],
  why: string,
): Loss[] {
  return fields
    .filter((field) => request[field] !== undefined)
    .map((path) => ({ path, did: 'dropped', why }));
}
