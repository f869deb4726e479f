// What the bench's provider says, as bytes made once: a unary answer and a stream, and what a client must read in them.

/** Content events in a stream: 4 s when paced. The opening, finish, usage and `[DONE]` make four more. */
const CONTENT_EVENTS = 200;

/** Between two events of a paced stream. */
export const PACE_MS = 20;
/** Between two events of a stream that is held open: alive, but nearly free. */
export const HOLD_PACE_MS = 1_000;

/** The kinds of answer, chosen by the last part of the model's name. */
export const MODELS = ['unary', 'flood', 'bulk', 'paced', 'hold'] as const;
export type BenchModel = (typeof MODELS)[number];

const WORDS = 'the thread that led through every turn of a dark house and back again'.split(' ');
const TEXT = Array.from({ length: 60 }, (_, index) => WORDS[index % WORDS.length]).join(' ');
export const USAGE = { prompt_tokens: 57, completion_tokens: 60, total_tokens: 117 };

const UNARY = {
  id: 'chatcmpl-bench0123456789abcdef',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'bench-model',
  choices: [
    { index: 0, message: { role: 'assistant', content: TEXT }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: USAGE,
  system_fingerprint: 'fp_bench',
};

function chunk(choices: readonly unknown[], usage: unknown): string {
  const { id, created, model, system_fingerprint } = UNARY;
  const value = { id, object: 'chat.completion.chunk', created, model, system_fingerprint, choices, usage };
  return `data: ${JSON.stringify(value)}\n\n`;
}

function word(index: number): string {
  return `${WORDS[index % WORDS.length]} `;
}

function events(): readonly string[] {
  const step = (delta: object, finish: string | null): string =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason: finish }], null);
  return [
    step({ role: 'assistant', content: '' }, null),
    ...Array.from({ length: CONTENT_EVENTS }, (_, index) => step({ content: word(index) }, null)),
    step({}, 'stop'),
    chunk([], USAGE),
    'data: [DONE]\n\n',
  ];
}

/** The events of a stream, as they stand in its body. */
export const EVENTS = events();

/** The text a client must have read from an answer of this kind; `hold` never gets to its end. */
export function expectedText(model: BenchModel): string {
  return model === 'unary'
    ? TEXT
    : Array.from({ length: CONTENT_EVENTS }, (_, index) => word(index)).join('');
}

function httpChunk(event: string): string {
  return `${event.length.toString(16)}\r\n${event}\r\n`;
}

const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n';

function streamPieces(): readonly Buffer[] {
  const framed = EVENTS.map(httpChunk);
  const [first = '', ...rest] = framed;
  return [STREAM_HEAD + first, ...rest.slice(0, -1), `${rest.at(-1)}0\r\n\r\n`].map((piece) =>
    Buffer.from(piece),
  );
}

function unaryPieces(): readonly Buffer[] {
  const body = JSON.stringify(UNARY);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  return [Buffer.from(head + body)];
}

const STREAM = streamPieces();

/** What is written for each kind of answer; each piece is one write, so that each can arrive alone. */
export const PIECES: Readonly<Record<BenchModel, readonly Buffer[]>> = {
  unary: unaryPieces(),
  flood: STREAM,
  bulk: [Buffer.concat([...STREAM])],
  paced: STREAM,
  hold: STREAM,
};

/** A request of ordinary size, as the official clients write it. */
export function requestBody(model: string, stream: boolean): string {
  const streaming = stream ? { stream: true, stream_options: { include_usage: true } } : {};
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: `You answer briefly and in plain words. ${TEXT}` },
      { role: 'user', content: 'Who gave Theseus the thread, and what did he do with it in the labyrinth?' },
    ],
    temperature: 0.7,
    max_tokens: 256,
    ...streaming,
  });
}
