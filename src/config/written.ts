// Values that are written as text: addresses, durations, sizes.

import { z } from 'zod';
import { parseAddress } from './address.ts';
import { DURATION_PATTERN, parseDuration, parseMemory, parseSize, SIZE_PATTERN } from './units.ts';

const ADDRESS_FORM = 'an address with its port, such as 127.0.0.1:4100 or [::1]:4100';
const DURATION_FORM = 'a duration with its unit, such as 500ms, 10s or 5m, of at most 24h';
const MEMORY_FORM = 'a size with its unit, such as 512MB or 2GB, of at most 1024GB';
const SIZE_FORM = 'a size with its unit, such as 512KB or 32MB, of at most 1GB';

/** Text that `parse` turns into a value; what it does not understand is a problem that says `form`. */
function parsed<Value>(parse: (text: string) => Value | undefined, form: string, pattern?: RegExp) {
  const text = pattern === undefined ? z.string(form) : z.string(form).regex(pattern, form);
  return text.transform((written, context) => {
    const value = parse(written);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message: form, input: written });
    return z.NEVER;
  });
}

export const address = parsed(parseAddress, ADDRESS_FORM);
export const duration = parsed(parseDuration, DURATION_FORM, DURATION_PATTERN);
export const limit = parsed(atLeast1Ms, `${DURATION_FORM}, and not zero`, DURATION_PATTERN);
export const memory = parsed(parseMemory, MEMORY_FORM, SIZE_PATTERN);
export const size = parsed(parseSize, SIZE_FORM, SIZE_PATTERN);

function atLeast1Ms(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= 1 ? ms : undefined;
}
