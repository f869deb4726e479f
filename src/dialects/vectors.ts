// What the languages of embeddings share: vectors as numbers or as bytes, and what is told of inputs that one cannot take.

import { asArray, asNumber } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { EmbeddingRequest, Vector } from '#canonical/operation.ts';

const FLOAT_BYTES = 4;

/** Undefined for what is neither numbers nor a string. The numbers are not looked at one by one: there are thousands. */
export function readVector(value: Json | undefined): Vector | undefined {
  if (typeof value === 'string') return { form: 'base64', text: value };
  const values = asArray(value);
  if (values === undefined || (values.length > 0 && asNumber(values[0]) === undefined)) return undefined;
  return { form: 'numbers', values: values as readonly number[] };
}

/** Little-endian float32, which is what every client of this form reads. */
export function toBase64(vector: Vector): string {
  if (vector.form === 'base64') return vector.text;
  const view = new DataView(new ArrayBuffer(vector.values.length * FLOAT_BYTES));
  vector.values.forEach((value, index) => view.setFloat32(index * FLOAT_BYTES, value, true));
  return new Uint8Array(view.buffer).toBase64();
}

/** Undefined when the string is not base64 of whole float32 values. */
export function toNumbers(vector: Vector): readonly number[] | undefined {
  if (vector.form === 'numbers') return vector.values;
  const bytes = bytesOf(vector.text);
  if (bytes === undefined || bytes.length % FLOAT_BYTES !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / FLOAT_BYTES }, (_, at) =>
    view.getFloat32(at * FLOAT_BYTES, true),
  );
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
