// How a log line reads: JSON for machines, one coloured line for a person at a terminal.

import { inspect } from 'node:util';

import { asArray, asNumber, asObject, asString, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { NANO_PER_DOLLAR } from '#base/money.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';
/** Values print as JSON does; errors as name, message and stack; secrets as `[redacted]`. */
export type Fields = Readonly<Record<string, unknown>>;

/** One line may not fill the buffer by itself. */
const LINE_CHARACTERS_MAX = 64 * 1024;

const COLOURS: Readonly<Record<Level, string>> = {
  debug: '\u001B[2m',
  info: '\u001B[32m',
  warn: '\u001B[33m',
  error: '\u001B[31m',
};
const PLAIN = '\u001B[0m';
const FAINT = '\u001B[2m';

/** `{"level":…,"time":…,"event":…,…fields}`, the time in milliseconds since 1970. */
export function jsonLine(level: Level, timeMs: number, event: string, fields: Fields): string {
  const known = `{"level":"${level}","time":${timeMs},"event":${JSON.stringify(event)}`;
  const body = fieldsAsJson(fields);
  return body === '{}' ? `${known}}\n` : `${known},${body.slice(1)}\n`;
}

export function prettyLine(level: Level, timeMs: number, event: string, fields: Fields): string {
  const shown = Object.entries(fields).map(([name, value]) => `${FAINT}${name}=${PLAIN}${show(value)}`);
  return `${head(level, timeMs)} ${[event, ...shown].join('  ')}\n`;
}

/** `text` is a generation as JSON. */
export function spliceExchange(format: 'json' | 'pretty', timeMs: number, text: string): string {
  if (format === 'pretty') return prettyExchange(timeMs, asObject(parseJson(text)) ?? {});
  return `{"level":"info","time":${timeMs},"event":"exchange",${text.slice(1)}\n`;
}

function prettyExchange(timeMs: number, generation: JsonObject): string {
  const usage = asObject(generation['usage']);
  const failure = asString(asObject(generation['failure'])?.['code']);
  const attempts = asArray(generation['attempts'])?.length ?? 0;
  const words = [
    asString(generation['id']),
    `${asString(generation['model'])} -> ${asString(generation['target']) ?? 'nowhere'}`,
    failure ?? asString(asObject(generation['finish'])?.['reason']) ?? 'no finish',
    usage === undefined
      ? 'no usage'
      : `${asNumber(usage['inputTotal'])}+${asNumber(usage['outputTotal'])} tokens`,
    money(asNumber(generation['cost'])),
    `${Math.round(asNumber(generation['totalMs']) ?? 0)} ms`,
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
  ];
  // A client chose some of these words; a terminal must not obey them.
  const line = words.join('  ').replaceAll(/\p{Cc}/gu, '?');
  return `${head(failure === undefined ? 'info' : 'warn', timeMs)} ${line}\n`;
}

function money(nano: number | undefined): string {
  return nano === undefined ? 'cost unknown' : `$${(nano / NANO_PER_DOLLAR).toFixed(6)}`;
}

function head(level: Level, timeMs: number): string {
  const time = new Date(timeMs).toISOString().slice(11, 23);
  return `${FAINT}${time}${PLAIN} ${COLOURS[level]}${level.padEnd(5)}${PLAIN}`;
}

/** Line feeds stay escaped, so that a line is one line. */
function show(value: unknown): string {
  return typeof value === 'string' && /^[\w./:-]+$/.test(value) ? value : valueAsJson(value);
}

function fieldsAsJson(fields: Fields): string {
  const json = valueAsJson(fields);
  return json.length <= LINE_CHARACTERS_MAX
    ? json
    : JSON.stringify({ cut: json.slice(0, LINE_CHARACTERS_MAX / 2) });
}

/** What JSON refuses (a cycle, a bigint) must not cost the line, nor the one who logs. */
function valueAsJson(value: unknown): string {
  try {
    return JSON.stringify(value, plainError) ?? 'null';
  } catch {
    return JSON.stringify({ value: inspect(value, { depth: 2 }) });
  }
}

function plainError(_name: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
