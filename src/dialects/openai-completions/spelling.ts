// The notes of this dialect: dialects/spelling.ts.

import { spellingOf } from '../spelling.ts';
import { ID } from './wire.ts';

export const { ours, carried, spelled, addCarried } = spellingOf(ID);
