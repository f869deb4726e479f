// Durations and sizes as people write them: a number with its unit. A number without one is refused, since nobody can
// see whether 30 means seconds or milliseconds.

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
/** Powers of 1024, as servers have always counted the bytes of bodies. */
const BYTES = { B: 1, KB: 1_024, MB: 1_048_576, GB: 1_073_741_824 } as const;

export const DURATION_PATTERN = /^(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h)$/;
export const SIZE_PATTERN = /^(\d{1,12}(?:\.\d{1,3})?)(B|KB|MB|GB)$/;

/** Longer than any sensible limit, and well within what a timer can hold (2^31 ms). */
export const DURATION_MAX_MS = 24 * MILLISECONDS.h;
/** A body is held in memory, so more than this is a mistake. */
export const SIZE_MAX_BYTES = BYTES.GB;
const MEMORY_MAX_BYTES = 1_024 * BYTES.GB;

/** `500ms`, `10s`, `5m`, `1h` to whole milliseconds; undefined when it is not a duration or longer than a day. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = DURATION_PATTERN.exec(text) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  const ms = Math.round(Number(number) * MILLISECONDS[unit as keyof typeof MILLISECONDS]);
  return ms <= DURATION_MAX_MS ? ms : undefined;
}

/** `512KB`, `32MB`, `1GB` to bytes; undefined when it is not a size or larger than 1 GB. */
export function parseSize(text: string): number | undefined {
  return sizeUpTo(text, SIZE_MAX_BYTES);
}

/** The same of memory, of which there may be more; undefined where it is less than a kilobyte. */
export function parseMemory(text: string): number | undefined {
  const bytes = sizeUpTo(text, MEMORY_MAX_BYTES);
  return bytes !== undefined && bytes >= BYTES.KB ? bytes : undefined;
}

function sizeUpTo(text: string, max: number): number | undefined {
  const [, number, unit] = SIZE_PATTERN.exec(text) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  const bytes = Math.round(Number(number) * BYTES[unit as keyof typeof BYTES]);
  return bytes <= max ? bytes : undefined;
}
