// Faults in the stream: slow, stalled, cut, malformed, too much, too little. They are written for streams; a whole
// answer meets the nearest thing that can happen to it.

import { joinBytes } from '#base/bytes.ts';
import { AwsEventStreamFramer, awsEventStreamBytes } from '#framing/aws-event-stream.ts';
import type { Complaint, StreamNoise } from '../dialects/dialect.ts';
import { pieces } from '../words.ts';
import { bufferOf, mapPieces, nothing, type Ending, type Piece, type Role, type Script } from '../script.ts';
import { atPercent, PERCENT, type Fault, type FaultContext, type Rewrite } from './fault.ts';

const PING_MS = 200;
/** Pings end after a quarter of an hour: a forgotten client must not be entertained for ever. */
const PINGS_MAX = 4_500;

/** As server-sent events. */
const SSE_NOISE: StreamNoise = {
  ping: ': ping\n\n',
  malformed: 'data: {"choices":[{"delta":{"content":\n\n',
  endless: 'data: {"choices":[{"index":0,"delta":{"content":"',
};

function noise(bytes: Piece['bytes'], afterMs = 0): Piece {
  return { bytes, afterMs, tokens: 0, role: 'noise' };
}

/** The rest is thrown away. */
function endsWith(ending: Ending): Rewrite {
  return (rest) => {
    rest.return(ending);
    return nothing(ending);
  };
}

function* pings(rest: Script, { dialect: { noise: own = SSE_NOISE } }: FaultContext): Script {
  rest.return('stall');
  for (let count = 0; count < PINGS_MAX; count += 1) yield noise(own.ping, PING_MS);
  return 'stall';
}

/** Leaves out every piece of a role. */
function without(...roles: readonly Role[]): Rewrite {
  return (script) =>
    mapPieces(script, (piece) =>
      piece.role !== undefined && roles.includes(piece.role) ? { ...piece, bytes: '', afterMs: 0 } : piece,
    );
}

/** After each piece of a role, something more. */
function following(role: Role, more: (piece: Piece, lastContent: Piece | null) => readonly Piece[]): Rewrite {
  return function* (script) {
    let lastContent: Piece | null = null;
    for (;;) {
      const step = script.next();
      if (step.done === true) return step.value;
      yield step.value;
      if (step.value.role === 'content') lastContent = step.value;
      if (step.value.role === role) yield* more(step.value, lastContent);
    }
  };
}

function errorAt(complaint: Complaint, status: number): Rewrite {
  return function* (rest, context) {
    rest.return('keep');
    yield noise(context.dialect.streamError(complaint, status, `Simulated ${complaint} error in a stream.`));
    return 'keep';
  };
}

/** In a stream at its point, of a whole answer in its place. */
function errorEvent(complaint: Complaint, status: number): Rewrite {
  return function* (script, context) {
    if (context.request.stream) return yield* atPercent(script, context, errorAt(complaint, status));
    script.return('keep');
    yield noise(JSON.stringify(context.dialect.error(complaint, status, 'Simulated error with 200.')));
    return 'keep';
  };
}

function* runaway(script: Script, context: FaultContext): Script {
  for (;;) {
    const step = script.next();
    if (step.done === true) return step.value;
    yield step.value;
    if (step.value.role !== 'content' && step.value.role !== 'whole') continue;
    // A pause of at least nothing: without a rate it is as fast as the reader.
    for (let count = 0; count < context.argument; count += 1) yield { ...step.value, tokens: 1 };
    return 'cut';
  }
}

function* endlessLine(script: Script, { dialect: { noise: own = SSE_NOISE } }: FaultContext): Script {
  const filler = 'x'.repeat(65_536);
  script.return('cut');
  yield noise(own.endless);
  for (let count = 0; count < 16_384; count += 1) yield noise(filler);
  return 'cut';
}

function* cutAtByte(script: Script, context: FaultContext): Script {
  let left = context.argument;
  for (;;) {
    const step = script.next();
    if (step.done === true) return step.value;
    const bytes = bufferOf(step.value.bytes);
    if (bytes.length > left) {
      yield { ...step.value, bytes: bytes.subarray(0, left) };
      return 'cut';
    }
    left -= bytes.length;
    yield step.value;
  }
}

const TIMING: readonly Fault[] = [
  {
    name: 'slow-first-token',
    id: 'F20',
    about: 'the head at once, the first token after N milliseconds',
    argument: { about: 'milliseconds', usual: 20_000, min: 0, max: 600_000 },
    pace: (pace, firstTokenMs) => ({ ...pace, firstTokenMs }),
  },
  {
    name: 'stall',
    id: 'F21',
    about: 'nothing more after N percent, the connection stays open',
    argument: PERCENT,
    events: (script, context) => atPercent(script, context, endsWith('stall')),
  },
  {
    name: 'stall-with-pings',
    id: 'F21',
    about: 'no more content after N percent, but a comment every 200 ms',
    argument: PERCENT,
    events: (script, context) => atPercent(script, context, pings),
  },
];

const ENDS: readonly Fault[] = [
  {
    name: 'stream-cut',
    id: 'F22',
    about: 'closed after N percent of the content, without a last chunk',
    argument: PERCENT,
    events: (script, context) => atPercent(script, context, endsWith('cut')),
  },
  {
    name: 'stream-cut-clean',
    id: 'F22',
    about:
      'ends after N percent as if it were whole: a proper last chunk, but no finish reason and no terminal event',
    argument: PERCENT,
    events: (script, context) => atPercent(script, context, endsWith('keep')),
  },
  {
    name: 'cut-at-byte',
    id: 'F22',
    about: 'closed after N bytes of the body',
    argument: { about: 'bytes', usual: 500, min: 0, max: 1_000_000_000 },
    events: cutAtByte,
  },
  {
    name: 'no-finish',
    id: 'F22',
    about: 'the terminal event without a finish reason before it',
    events: without('finish'),
  },
  { name: 'no-done', id: 'F23', about: 'complete, but without the terminal event', events: without('done') },
  {
    name: 'no-done-open',
    id: 'F23',
    about: 'complete, without the terminal event, and the stream is never ended',
    events: function* (script, context) {
      yield* without('done')(script, context);
      return 'stall';
    },
  },
];

const CONTENTS: readonly Fault[] = [
  {
    name: 'bad-chunk',
    id: 'F24',
    about: 'malformed JSON in one event after N percent',
    argument: PERCENT,
    events: (script, context) =>
      atPercent(script, context, function* (rest) {
        yield noise((context.dialect.noise ?? SSE_NOISE).malformed);
        return yield* rest;
      }),
  },
  {
    name: 'error-in-stream',
    id: 'F25',
    about:
      'an error object after N percent of a stream whose status was 200 (in a whole answer: instead of it)',
    argument: PERCENT,
    events: errorEvent('server', 500),
  },
  {
    name: 'error-first',
    id: 'F25',
    about: 'an overload error as the first content of a stream whose status was 200',
    events: (script, context) => errorEvent('overloaded', 503)(script, { ...context, argument: 0 }),
  },
  {
    name: 'rate-error-first',
    id: 'F25',
    about: 'a rate limit error as the first content of a stream whose status was 200',
    events: (script, context) => errorEvent('rate', 429)(script, { ...context, argument: 0 }),
  },
  {
    name: 'content-after-finish',
    id: 'F27',
    about: 'a piece of content after the finish reason',
    events: following('finish', (_, lastContent) =>
      lastContent === null ? [] : [{ ...lastContent, tokens: 0 }],
    ),
  },
  {
    name: 'two-usages',
    id: 'F27',
    about: 'a usage report with half the numbers, then the right one',
    events: (script) =>
      mapPieces(script, (piece) =>
        piece.role === 'usage' ? { ...piece, bytes: twoUsages(piece.bytes) } : piece,
      ),
  },
  {
    name: 'duplicate-start',
    id: 'F27',
    about: 'the first event twice',
    events: following('start', (start) => [start]),
  },
  {
    name: 'no-usage',
    id: 'F28',
    about: 'no usage report, though it was asked for',
    answer: ({ id, model, createdSec, choices }) => ({ id, model, createdSec, choices }),
  },
  {
    name: 'cut-in-arguments',
    id: 'F29',
    about: 'closed after N percent of the arguments of a tool call (one is made up if need be)',
    argument: PERCENT,
    answer: (answer, { request }) => ({
      ...answer,
      choices: answer.choices.map((choice) => withCall(choice, request)),
    }),
    events: (script, context) => atPercent(script, context, endsWith('cut')),
  },
  {
    name: 'runaway',
    id: 'F30',
    about: 'the first token again and again, N times, whatever the limit says',
    argument: { about: 'times', usual: 1_000_000, min: 1, max: 100_000_000 },
    events: runaway,
  },
  { name: 'endless-line', id: 'F30', about: 'a line of 1 GB', events: endlessLine },
];

function twoUsages(bytes: Piece['bytes']): Piece['bytes'] {
  if (typeof bytes === 'string') return `${halved(bytes)}${bytes}`;
  const frames = new AwsEventStreamFramer().push(bytes);
  const halves = frames.map((frame) => awsEventStreamBytes({ ...frame, data: halved(frame.data) }));
  return joinBytes([...halves, bytes]);
}

function halved(text: string): string {
  return text.replaceAll(/("[a-z_]*token(?:s|count)":)(\d+)/gi, (_, name: string, count: string) => {
    return `${name}${Math.floor(Number(count) / 2)}`;
  });
}

function withCall(
  choice: Parameters<NonNullable<Fault['answer']>>[0]['choices'][number],
  request: FaultContext['request'],
) {
  if (choice.toolCalls.length > 0) return choice;
  const name = request.tools[0]?.name ?? 'look_up';
  const input = pieces('{"place":"the third door on the left","steps":[3,1,4,1,5],"lamp":true}');
  const call = { id: 'call_cut', form: 'function' as const, name, input };
  return { ...choice, reasoning: [], text: [], toolCalls: [call], finish: 'tool-calls' as const };
}

export const STREAM: readonly Fault[] = [...TIMING, ...ENDS, ...CONTENTS];
