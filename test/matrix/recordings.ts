// The cases of the matrix: every recorded answer of the languages that Clew speaks to providers, and what each says.

import { asObject, asString } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { readRecordings, sseBytes } from '../recordings/fixtures.ts';
import type { Recording } from '../recordings/fixtures.ts';
import { APIS, expectedOf } from './expected/index.ts';
import type { Expected } from './expected/expected.ts';

export interface Case {
  /** Also the name of the model that clients ask for, and that the provider is asked for: `c0042`. */
  readonly id: string;
  readonly recording: Recording;
  readonly dialect: string;
  /** Whether the answer is streamed; clients of this case stream too. */
  readonly stream: boolean;
  readonly expected: Expected;
  /** What the client sends beside its words; it must reach the provider. */
  readonly more?: 'image' | 'schema';
  /** Who is asked, `provider/model`, where that is not the provider that answers as recorded. */
  readonly target?: string;
}

/** What was recorded of a provider's answer as the client of a library would get it, and not made by hand. */
const RECORDED = new Set(['wire', 'wire_normalised', 'payload']);

/** Sorted by name; the ids are stable as long as no recording is added. */
export function readCases(): readonly Case[] {
  const cases: Omit<Case, 'id'>[] = [];
  for (const recording of readRecordings(Object.keys(APIS))) {
    const dialect = APIS[recording.api]?.dialect;
    if (dialect === undefined || !RECORDED.has(recording.fidelity)) continue;
    if (isPending(recording)) continue;
    const common = { recording, dialect, expected: expectedOf(recording) };
    const stream = isStream(recording);
    cases.push({ ...common, stream });
    // A refusal does not depend on how the answer would have been laid out.
    if (recording.response.status >= 400) cases.push({ ...common, stream: !stream });
  }
  return cases.map((one, index) => ({ ...one, id: `c${String(index).padStart(4, '0')}` }));
}

/** Asked for in the background, which no client of the matrix does: there is no answer yet. */
function isPending({ response }: Recording): boolean {
  return asObject(response.body)?.['status'] === 'queued';
}

function isStream({ response, request }: Recording): boolean {
  if (response.status >= 400) {
    return asObject(request?.body)?.['stream'] === true || /stream/i.test(request?.path ?? '');
  }
  return (
    response.sse !== undefined || response.eventstream_base64 !== undefined || Array.isArray(response.body)
  );
}

/** The answer as its provider sends it. */
export function answerOf({ recording, stream }: Case): Response {
  const { response } = recording;
  const { status } = response;
  const type = (name: string): Record<string, string> => ({ 'content-type': name });
  if (response.sse !== undefined)
    return new Response(sseBytes(response), { status, headers: type('text/event-stream') });
  if (response.eventstream_base64 !== undefined) {
    const bytes = Uint8Array.fromBase64(response.eventstream_base64);
    return new Response(bytes, { status, headers: type('application/vnd.amazon.eventstream') });
  }
  const { body = null } = response;
  // Recorded by someone who did not ask for events; Clew does, and is given the same answers as events.
  if (stream && Array.isArray(body) && status < 400) {
    const events = (body as readonly Json[]).map((one) => `data: ${JSON.stringify(one)}\n\n`);
    return new Response(events.join(''), { status, headers: type('text/event-stream') });
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { ...type('application/json'), ...retryHeaders(response.headers) };
  return new Response(text, { status, headers });
}

function retryHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const after = asString(headers['retry-after']);
  return after === undefined ? {} : { 'retry-after': after };
}
