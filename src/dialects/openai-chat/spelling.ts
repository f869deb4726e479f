// How the same meaning was written in this language: the notes of ../spelling.ts under this dialect's name.

import type { JsonObject } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import { FieldReader as AnyFieldReader, spellingOf } from '../spelling.ts';
import { ID } from './wire.ts';

export { addFields, present, sameJson, SPELLING } from '../spelling.ts';

export const { ours, carried, spelled, addCarried } = spellingOf(ID);

export class FieldReader extends AnyFieldReader {
  constructor(object: JsonObject) {
    super(ID, object);
  }
}

/** Marks what came from this dialect and has nothing unusual about it. */
export const OURS: Foreign = { dialect: ID, fields: {} };
