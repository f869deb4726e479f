// Faults in how bytes are laid out: unusual but legal event streams (the answer must be the same text), wrong HTTP
// framing, and bytes on a connection that nobody asked for.

import { LAST_CHUNK } from '../http-reply.ts';
import { bufferOf, mapPieces, type Piece, type Reply, type Script } from '../script.ts';
import { atPercent, PERCENT, type Fault, type Rewrite } from './fault.ts';

/** Changes the text of every event; what is not server-sent events stays as it is: whole answers, and frames of bytes. */
function eachEvent(change: (text: string, index: number) => string): Rewrite {
  return (script) => {
    let index = 0;
    return mapPieces(script, (piece) => {
      if (piece.role === 'whole' || typeof piece.bytes !== 'string') return piece;
      index += 1;
      return { ...piece, bytes: change(piece.bytes, index - 1) };
    });
  };
}

const NEWLINES = ['\n', '\r\n', '\r'] as const;

function* oneByteWrites(script: Script): Script {
  for (;;) {
    const step = script.next();
    if (step.done === true) return step.value;
    const bytes = bufferOf(step.value.bytes);
    for (let index = 0; index < bytes.length; index += 1) {
      const last = index === bytes.length - 1;
      yield {
        ...step.value,
        bytes: bytes.subarray(index, index + 1),
        afterMs: index === 0 ? step.value.afterMs : 0,
        tokens: last ? step.value.tokens : 0,
        alone: true,
      };
    }
  }
}

/** Every character of more than one byte is cut after its first byte, in chunks and writes of their own. */
function* splitCharacters(script: Script): Script {
  for (;;) {
    const step = script.next();
    if (step.done === true) return step.value;
    yield* splitPiece(step.value);
  }
}

function* splitPiece(piece: Piece): Generator<Piece, void, void> {
  const bytes = bufferOf(piece.bytes);
  let from = 0;
  for (const [index, byte] of bytes.entries()) {
    // The last byte of a frame may be any: nothing is left to be sent alone.
    if (byte < 0xc0 || index === bytes.length - 1) continue;
    yield {
      ...piece,
      bytes: bytes.subarray(from, index + 1),
      afterMs: from === 0 ? piece.afterMs : 0,
      tokens: 0,
      alone: true,
    };
    from = index + 1;
  }
  yield { ...piece, bytes: bytes.subarray(from), afterMs: from === 0 ? piece.afterMs : 0, alone: true };
}

const MANY_BYTES: Readonly<Record<string, string>> = { a: 'ä', e: 'é', o: '道', u: '🧵', n: 'ñ' };

function manyBytes(text: string): string {
  return text.replaceAll(/[aeoun]/g, (letter) => MANY_BYTES[letter] ?? letter);
}

const EVENT_STREAMS: readonly Fault[] = [
  { name: 'one-byte-writes', id: 'F26', about: 'every byte in a write of its own', wire: oneByteWrites },
  {
    name: 'split-utf8',
    id: 'F26',
    about: 'text in several alphabets, its characters cut in the middle',
    answer: (answer) => ({
      ...answer,
      choices: answer.choices.map((choice) => ({ ...choice, text: choice.text.map(manyBytes) })),
    }),
    events: splitCharacters,
  },
  {
    name: 'crlf',
    id: 'F26',
    about: 'lines end with CR LF',
    events: eachEvent((text) => text.replaceAll('\n', '\r\n')),
  },
  {
    name: 'cr',
    id: 'F26',
    about: 'lines end with CR',
    events: eachEvent((text) => text.replaceAll('\n', '\r')),
  },
  {
    name: 'mixed-newlines',
    id: 'F26',
    about: 'LF, CR LF and CR in turn',
    events: eachEvent((text, index) => text.replaceAll('\n', NEWLINES[index % NEWLINES.length] ?? '\n')),
  },
  {
    name: 'multi-line-data',
    id: 'F26',
    about: 'each JSON object over two data lines',
    events: eachEvent((text) => text.replace(/^data: \{/, 'data: {\ndata: ')),
  },
  {
    name: 'no-space',
    id: 'F26',
    about: 'no space after the colon',
    events: eachEvent((text) => text.replace(/^data: /, 'data:')),
  },
  {
    name: 'comments',
    id: 'F26',
    about: 'a comment before every event',
    events: eachEvent((text) => `: keep going\n\n${text}`),
  },
  {
    name: 'event-fields',
    id: 'F26',
    about: 'id, retry and unknown fields around the data',
    events: eachEvent((text, index) => `id: ${index}\nretry: 3000\nunheard-of: yes\n${text}`),
  },
  {
    name: 'bom',
    id: 'F26',
    about: 'a byte order mark first',
    events: (script) => {
      let first = true;
      return mapPieces(script, (piece) => {
        const mark = first ? '\uFEFF' : '';
        first = false;
        return typeof piece.bytes === 'string' ? { ...piece, bytes: `${mark}${piece.bytes}` } : piece;
      });
    },
  },
  {
    name: 'long-line',
    id: 'F26',
    about: 'one event with N kilobytes of text',
    argument: { about: 'kilobytes', usual: 1_024, min: 1, max: 262_144 },
    answer: (answer, { argument }) => ({
      ...answer,
      choices: answer.choices.map((choice) => ({
        ...choice,
        text: [...choice.text, 'x'.repeat(argument * 1_024)],
      })),
    }),
  },
];

const STOLEN =
  '{"id":"chatcmpl-stolen","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"This answer belongs to somebody else."},"finish_reason":"stop"}]}';
const POISON = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${STOLEN.length}\r\n\r\n${STOLEN}`;

function poison(afterMs: number): Rewrite {
  return function* (script) {
    const ending = yield* script;
    yield { bytes: POISON, afterMs, tokens: 0, role: 'noise' };
    return ending;
  };
}

/** Half of the framed chunk at that point, and then the given end. */
function inChunk(ending: 'cut' | 'reset'): Rewrite {
  return (script, context) =>
    atPercent(script, context, function* (rest) {
      const step = rest.next();
      rest.return(ending);
      if (step.done !== true) {
        const bytes = bufferOf(step.value.bytes);
        yield { ...step.value, bytes: bytes.subarray(0, Math.ceil(bytes.length / 2)), tokens: 0 };
      }
      return ending;
    });
}

/** The body comes to an end before the length that was promised. */
function* cutAtEnd(script: Script): Script {
  yield* script;
  return 'cut';
}

function withLength(reply: Reply, factor: number): Reply {
  return { ...reply, length: Math.round((reply.length ?? 400) * factor) };
}

const HTTP: readonly Fault[] = [
  {
    name: 'stream-cut-reset',
    id: 'F22',
    about: 'reset in the middle of a chunk after N percent',
    argument: PERCENT,
    wire: inChunk('reset'),
  },
  {
    name: 'stream-cut-in-chunk',
    id: 'F22',
    about: 'closed in the middle of a chunk after N percent',
    argument: PERCENT,
    wire: inChunk('cut'),
  },
  {
    name: 'bad-chunk-size',
    id: 'F22',
    about: 'a chunk size that is no number after N percent',
    argument: PERCENT,
    wire: (script, context) =>
      atPercent(script, context, function* (rest) {
        rest.return('cut');
        yield { bytes: 'zz\r\nnonsense\r\n', afterMs: 0, tokens: 0, role: 'noise' };
        return 'cut';
      }),
  },
  {
    name: 'no-last-chunk',
    id: 'F23',
    about: 'the whole body, but closed without the last chunk',
    wire: function* (script) {
      yield* mapPieces(script, (piece) => (piece.bytes === LAST_CHUNK ? { ...piece, bytes: '' } : piece));
      return 'close';
    },
  },
  {
    name: 'length-too-long',
    id: 'F22',
    about: 'content-length promises twice the body, then closed',
    frame: (reply) => ({ ...withLength(reply, 2), length: Math.max(2 * (reply.length ?? 0), 100_000_000) }),
    wire: cutAtEnd,
  },
  {
    name: 'length-too-short',
    id: 'F31',
    about: 'content-length promises half the body; the other half follows all the same',
    frame: (reply) => withLength(reply, 0.5),
  },
  {
    name: 'two-lengths',
    id: 'F31',
    about: 'both content-length and chunks',
    frame: (reply) => ({ ...reply, headers: [...reply.headers, ['content-length', '5']] }),
  },
  {
    name: 'poison',
    id: 'F31',
    about: 'a second answer that nobody asked for, right behind the first',
    wire: poison(0),
  },
  {
    name: 'poison-late',
    id: 'F31',
    about: 'the same 20 ms later, when the connection waits for its next request',
    wire: poison(20),
  },
];

export const FRAMING: readonly Fault[] = [...EVENT_STREAMS, ...HTTP];
