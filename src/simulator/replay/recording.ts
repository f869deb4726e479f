// One recorded exchange, in the schema of the shared recordings: its answer as the bytes that were on the wire.

import { asArray, asNumber, asObject, asString, parseJson, type Json, type JsonObject } from '#base/json.ts';
import { byteLength, onePiece, type Reply, type Script } from '../script.ts';
import { rawJsonAt } from './raw-json.ts';

/** Said anew by whoever sends: the recording has the body decoded and whole. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
]);

/** Null when the text is not a recording with an answer. */
export function replyFrom(source: string): Reply | null {
  const response = asObject(asObject(parseJson(source))?.['response']);
  if (response === undefined) return null;
  const answer = bodyOf(response, source);
  if (answer === null) return null;
  const headers = headersOf(response, answer.type);
  const status = asNumber(response['status']) ?? 200;
  if (answer.pieces.length > 1) return { status, headers, body: inPieces(answer.pieces) };
  const whole = answer.pieces[0] ?? '';
  return { status, headers, body: onePiece(whole), length: byteLength(whole) };
}

interface RecordedBody {
  readonly pieces: readonly (string | Uint8Array)[];
  /** For recordings whose headers were not kept. */
  readonly type: string;
}

function bodyOf(response: JsonObject, source: string): RecordedBody | null {
  const events = asArray(response['sse']);
  if (events !== undefined) return { pieces: sseTexts(events, response), type: 'text/event-stream' };
  const lines = asArray(response['ndjson']);
  if (lines !== undefined) {
    return { pieces: lines.map((line) => `${asString(line) ?? ''}\n`), type: 'application/x-ndjson' };
  }
  const frames = asString(response['eventstream_base64']);
  if (frames !== undefined) {
    return { pieces: [Buffer.from(frames, 'base64')], type: 'application/vnd.amazon.eventstream' };
  }
  if (response['body'] === undefined) return null;
  const text = response['body_is_text'] === true ? asString(response['body']) : undefined;
  if (text !== undefined) return { pieces: [text], type: 'text/plain' };
  return { pieces: [rawJsonAt(source, ['response', 'body']) ?? ''], type: 'application/json' };
}

/** One text for each event; together they are the stream. */
function sseTexts(events: readonly Json[], response: JsonObject): string[] {
  const newline = asString(response['sse_newline']) ?? '\n';
  const texts = events.map((event) =>
    sseLines(asObject(event) ?? {})
      .map((line) => line + newline)
      .join(''),
  );
  const unterminated = response['sse_unterminated'] === true;
  return texts.map((text, index) => (unterminated && index === texts.length - 1 ? text : text + newline));
}

function sseLines(event: JsonObject): string[] {
  const lines: string[] = [];
  const comment = asString(event['comment']);
  if (comment !== undefined) lines.push(`: ${comment}`);
  // Lines that are no event stream at all, such as an error that a server wrote into one.
  for (const line of asArray(event['other']) ?? []) lines.push(asString(line) ?? '');
  const id = asString(event['id']);
  if (id !== undefined) lines.push(`id: ${id}`);
  const name = asString(event['event']);
  if (name !== undefined) lines.push(`event: ${name}`);
  const data = asString(event['data']);
  if (data !== undefined) for (const line of data.split('\n')) lines.push(`data: ${line}`);
  return lines;
}

function headersOf(response: JsonObject, type: string): [string, string][] {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(asObject(response['headers']) ?? {})) {
    if (HOP_BY_HOP.has(name.toLowerCase())) continue;
    for (const one of asArray(value) ?? [value]) headers.push([name, headerText(one ?? null)]);
  }
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) headers.push(['content-type', type]);
  return headers;
}

/** A header value is one line of Latin-1, whatever stands in the file. */
function headerText(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(/[^\u0020-\u007e]/g, ' ');
}

function* inPieces(pieces: readonly (string | Uint8Array)[]): Script {
  for (const bytes of pieces) yield { bytes, afterMs: 0, tokens: 0, role: 'content' };
  return 'keep';
}
