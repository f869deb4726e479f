// Pitfalls 1 to 32 of the reference: calls, reasoning, usage, streams.

import type { Pitfall } from './pitfall.ts';

const CHAT = 'src/dialects/openai-chat';
const MESSAGES = 'src/dialects/anthropic-messages';
const GEMINI = 'src/dialects/gemini';
const CONVERSE = 'src/dialects/bedrock-converse';
const RESPONSES = 'src/dialects/openai-responses';
const COHERE = 'src/dialects/cohere';
const CLASSES: readonly [string, string] = ['test/fidelity/classes.test.ts', 'what gets lost most'];

export const CALLS_AND_STREAMS: Readonly<Record<number, Pitfall>> = {
  1: {
    what: 'fragments of calls without an index, or all with the same',
    tests: [
      [`${CHAT}/decode-stream.test.ts`, 'several calls that all say index 0'],
      [`${CHAT}/decode-stream.test.ts`, 'calls without an index, and a fragment with neither id nor index'],
    ],
  },
  2: {
    what: 'ids and names that come late, empty, repeated or never',
    tests: [
      [`${CHAT}/tool-call-reader.test.ts`, 'no id at all'],
      [`${CHAT}/decode-stream.test.ts`, 'an id repeated on every fragment'],
    ],
  },
  3: {
    what: 'arguments of nothing',
    tests: [
      [`${CHAT}/tool-call-reader.test.ts`, 'a call of nothing: null'],
      [`${COHERE}/requests.test.ts`, 'are an empty object, never mid-stream'],
      [`${GEMINI}/responses.test.ts`, 'of nothing are an empty object'],
    ],
  },
  4: {
    what: 'positions of items taken for indices of calls',
    tests: [[`${CHAT}/encode-stream.test.ts`, 'calls are counted in each choice']],
  },
  5: {
    what: 'a finish of `stop` beside calls',
    tests: [
      [`${GEMINI}/responses.test.ts`, 'finish STOP with calls is tool-calls'],
      [`${CHAT}/decode-stream.test.ts`, 'a call although the provider says stop'],
      [`${CHAT}/decode-stream.test.ts`, 'two finish reasons, and content after them'],
    ],
  },
  6: {
    what: 'ids in letters that the target refuses',
    tests: [['src/providers/fit-names.test.ts', 'names and ids that the target refuses']],
  },
  7: {
    what: 'ids that are cut and collide',
    tests: [['test/properties/names.test.ts', 'ids that are written with a hash stay apart']],
  },
  8: {
    what: 'ids that are used again in each turn',
    tests: [['src/providers/separate-calls.test.ts', 'are told apart, and each result stays with its call']],
  },
  9: {
    what: 'results in the wrong order or grouping',
    tests: [
      [`${MESSAGES}/turns.test.ts`, 'one turn holds all results, first, whatever their order'],
      [`${CONVERSE}/requests.test.ts`, 'all results of a turn stand in one message'],
      [`${GEMINI}/encode-request.test.ts`, 'results of one turn stand together'],
      [`${COHERE}/requests.test.ts`, 'several results become several messages'],
    ],
  },
  10: {
    what: 'a history of calls without tools',
    tests: [[`${CONVERSE}/requests.test.ts`, 'a history of calls without tools gets stand-ins']],
  },
  11: {
    what: 'names of tools that are too long or have other letters',
    tests: [
      ['src/providers/fit-names.test.ts', 'come back in the answer'],
      ['test/properties/names.test.ts', 'an answer has the names that the client gave'],
    ],
  },
  12: {
    what: '`parallel_tool_calls: false`',
    tests: [
      [`${MESSAGES}/requests.test.ts`, 'required, one at a time'],
      [`${CONVERSE}/requests.test.ts`, 'the switch for parallel calls are lost'],
    ],
  },
  13: {
    what: '`tool_choice: none` with a history of calls',
    tests: [CLASSES, [`${CONVERSE}/requests.test.ts`, 'the choice in each form']],
  },
  14: {
    what: 'a call that broke the schema is chance, not the client’s fault',
    tests: [['src/dialects/openai-failures.test.ts', 'tool_use_failed']],
  },
  15: {
    what: 'calls of hosted tools shown as the client’s',
    tests: [
      [`${GEMINI}/responses.test.ts`, 'server (hosted) tool calls are never calls of the client'],
      [`${MESSAGES}/streams.test.ts`, 'the calls of hosted tools whole, and not as calls'],
      [`${RESPONSES}/responses.test.ts`, 'a hosted tool’s call is none of the client’s'],
    ],
  },
  16: {
    what: 'lost thought signatures',
    tests: [
      [`${GEMINI}/encode-request.test.ts`, 'messages[4].parts[0].seal approximated'],
      ['test/recordings/seals-across.test.ts', 'thoughtSignature'],
    ],
  },
  17: {
    what: 'signed thoughts dropped, edited or out of order',
    tests: [
      [`${MESSAGES}/turns.test.ts`, 'thoughts go back with their own seal only'],
      [
        'src/dialects/gemini/encode-request.test.ts',
        'that another client carried apart find their part again',
      ],
    ],
  },
  18: {
    what: 'reasoning of Responses on the way to others',
    tests: [
      [`${RESPONSES}/requests.test.ts`, 'reasoning that this API sealed, with its summary'],
      ['test/fidelity/requests.test.ts', 'nothing is lost in silence on the way to %s'],
    ],
  },
  19: {
    what: 'reasoning that must be there in each message, or must not',
    tests: [[`${CHAT}/quirks.test.ts`, 'reasoning_content_always']],
  },
  20: {
    what: 'thoughts between tags in the content',
    tests: [[`${CHAT}/think-tags.test.ts`, 'thoughts between tags are reasoning, and never in the text']],
  },
  21: {
    what: 'a limit that does not cover the thoughts; a legal empty answer',
    tests: [
      [`${GEMINI}/responses.test.ts`, 'a legal empty answer is an answer'],
      [`${RESPONSES}/responses.test.ts`, 'only reasoning, cut for length, is an answer'],
      [`${CONVERSE}/parameters.test.ts`, 'a budget is kept, and leaves room for the answer'],
    ],
  },
  22: {
    what: 'sampling beside reasoning',
    tests: [
      [`${MESSAGES}/requests.test.ts`, 'both samplings'],
      [`${CONVERSE}/parameters.test.ts`, 'with it the temperature and top_k are'],
      ['src/providers/fit.test.ts', 'sampling that the model refuses'],
    ],
  },
  23: {
    what: 'cached tokens counted twice or not at all',
    tests: [
      ['test/recordings/gemini.test.ts', 'adds up'],
      ['test/recordings/bedrock-converse.test.ts', 'inputTotal + outputTotal'],
      ['test/properties/responses.test.ts', 'cacheRead'],
    ],
  },
  24: {
    what: 'reasoning outside of the completion',
    tests: [[`${CHAT}/quirks.test.ts`, 'usageReasoning: outside adds the reasoning to the completion']],
  },
  25: {
    what: 'cumulative usage that is added up',
    tests: [
      [`${CHAT}/decode-stream.test.ts`, 'usage on every chunk: the last counts'],
      [`${GEMINI}/streams.test.ts`, 'usage is cumulative, the last counts'],
      [`${MESSAGES}/streams.test.ts`, 'usage that is cumulative: the last of each counter'],
    ],
  },
  26: {
    what: 'a usage report that is not asked for, or stands anywhere',
    tests: [
      [`${CHAT}/decode-stream.test.ts`, 'usage on a chunk without choices'],
      [`${CHAT}/relay.test.ts`, 'asks for usage'],
    ],
  },
  27: {
    what: 'other usage in a stream than in one piece',
    tests: [
      ['test/fidelity/report.test.ts', 'everything is decoded, and nothing differs'],
      ['test/properties/responses.test.ts', 'a stream'],
    ],
  },
  28: {
    what: 'what is billed beside what is used',
    tests: [
      [`${COHERE}/usage.test.ts`, 'what is billed is kept beside it'],
      [`${RESPONSES}/responses.test.ts`, 'ticks are money'],
    ],
  },
  29: {
    what: 'JSON and characters cut by the network',
    tests: [
      ['src/framing/sse.test.ts', 'wherever the bytes are cut'],
      ['src/framing/json-array.test.ts', 'wherever the bytes are cut'],
      ['src/framing/aws-event-stream.test.ts', 'wherever the bytes are cut'],
    ],
  },
  30: {
    what: 'chunks without choices, choices without a delta',
    tests: [
      [`${CHAT}/decode-stream.test.ts`, 'a first chunk without choices or id'],
      [`${CHAT}/decode-stream.test.ts`, 'a choice without a delta'],
    ],
  },
  31: {
    what: 'comments, pings, events that nobody knows',
    tests: [
      [`${GEMINI}/streams.test.ts`, 'what is odd changes nothing'],
      [`${CHAT}/decode-stream.test.ts`, 'a line that is not JSON'],
      ['test/fuzz/anthropic-messages.test.ts', 'streams of arbitrary events'],
    ],
  },
  32: {
    what: 'errors after a status of 200',
    tests: [
      [`${CHAT}/decode-stream.test.ts`, 'an error beside choices'],
      [`${COHERE}/requests.test.ts`, 'an answer that broke inside its stream is a failure'],
      [`${GEMINI}/streams.test.ts`, 'an error in a list'],
      [`${RESPONSES}/responses.test.ts`, 'an error inside a 200'],
    ],
  },
};
