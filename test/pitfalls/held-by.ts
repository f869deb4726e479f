// The pitfalls of providers' wires by their numbers in the reference, and the tests that hold each: the file, and words of
// the title or of the row.

export interface Pitfall {
  readonly what: string;
  readonly tests: readonly (readonly [file: string, words: string])[];
}

const CHAT = 'src/dialects/openai-chat';
const MESSAGES = 'src/dialects/anthropic-messages';
const GEMINI = 'src/dialects/gemini';
const CONVERSE = 'src/dialects/bedrock-converse';
const RESPONSES = 'src/dialects/openai-responses';
const COHERE = 'src/dialects/cohere';
const CLASSES: readonly [string, string] = ['test/fidelity/classes.test.ts', 'what gets lost most'];

export const PITFALLS: Readonly<Record<number, Pitfall>> = {
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
  33: {
    what: 'an end without a reason, a marker that never comes',
    tests: [
      [`${CHAT}/decode-stream.test.ts`, 'an end without a finish reason or a marker is a cut'],
      [`${CHAT}/decode-stream.test.ts`, 'a clean end after a finish reason needs no marker'],
    ],
  },
  34: {
    what: 'events of Messages out of order',
    tests: [
      [
        'test/recordings/anthropic-messages-streams.test.ts',
        'is the same answer after it was written for a client',
      ],
      [`${MESSAGES}/streams.test.ts`, 'a thought of another vendor, a text, calls and their seals'],
    ],
  },
  35: {
    what: 'blocks that nobody announces',
    tests: [[`${CONVERSE}/lazy-blocks.test.ts`, 'a text opens with its first piece']],
  },
  36: {
    what: 'two finish reasons',
    tests: [
      [`${CHAT}/decode-stream.test.ts`, 'two finish reasons, and content after them'],
      [`${GEMINI}/streams.test.ts`, 'the finish is told once'],
    ],
  },
  37: {
    what: 'pieces that wait in a buffer',
    tests: [['test/pitfalls/at-once.test.ts', 'a piece is shown before the next is written']],
  },
  38: {
    what: 'a client that leaves while the provider goes on',
    tests: [
      ['test/clients/openai.test.ts', 'an abort in mid-stream reaches the provider'],
      ['test/hostile/disconnects.test.ts', 'clients that leave at random points'],
    ],
  },
  39: {
    what: 'keywords that a schema must not have',
    tests: [[`${GEMINI}/schemas.test.ts`, 'Gemini tool schema with any unsupported keyword']],
  },
  40: {
    what: 'schemas made strict that are not',
    tests: [
      [`${RESPONSES}/requests.test.ts`, 'a function is flat, untouched, and not strict unless it was'],
      [`${RESPONSES}/requests.test.ts`, 'a closed schema is strict where nothing is said'],
    ],
  },
  41: {
    what: 'structured output by the API’s own way, without a forced tool',
    tests: [
      [`${MESSAGES}/quirks.test.ts`, 'structuredOutput'],
      [`${COHERE}/requests.test.ts`, 'JSON by its own format, which excludes tools'],
      CLASSES,
    ],
  },
  42: {
    what: 'empty and blank texts',
    tests: [
      [`${CONVERSE}/requests.test.ts`, 'blank texts are left out'],
      [`${MESSAGES}/turns.test.ts`, 'a blank text and the blanks at the end go'],
      [`${GEMINI}/encode-request.test.ts`, 'empty texts and empty messages are left out'],
    ],
  },
  43: {
    what: 'neighbours of one role, an assistant at either end',
    tests: [
      [`${MESSAGES}/turns.test.ts`, 'the user begins'],
      [`${CONVERSE}/requests.test.ts`, 'the user speaks first'],
    ],
  },
  44: {
    what: 'instructions in the middle that are moved to the top',
    tests: [
      [`${MESSAGES}/turns.test.ts`, 'later ones stay in their place'],
      [`${GEMINI}/encode-request.test.ts`, 'a later instruction keeps its place'],
      [`${CONVERSE}/requests.test.ts`, 'a later one keeps its place, marked'],
      [`${RESPONSES}/requests.test.ts`, 'later and repeated system messages keep their places'],
    ],
  },
  45: {
    what: 'pictures in results of tools',
    tests: [
      [`${CHAT}/encode-result.test.ts`, 'what they show follows the last result of the turn'],
      [`${GEMINI}/encode-request.test.ts`, 'a picture in a result'],
      [`${CONVERSE}/requests.test.ts`, 'an address cannot be taken'],
    ],
  },
  46: {
    what: 'media of another type than they are called',
    tests: [
      [`${MESSAGES}/turns.test.ts`, 'an image that is called another'],
      [`${GEMINI}/encode-request.test.ts`, 'an image with the wrong type'],
      [`${CONVERSE}/requests.test.ts`, 'a picture is labelled by its bytes'],
      [`${CHAT}/requests.test.ts`, 'media have their true types'],
    ],
  },
  47: {
    what: 'long numbers, and numbers that are written anew',
    tests: [
      [`${CONVERSE}/requests.test.ts`, 'numbers that are too long, are told'],
      [`${CHAT}/relay.test.ts`, 'keeps every other byte'],
      [`${COHERE}/requests.test.ts`, 'arguments keep their text'],
    ],
  },
  48: {
    what: 'content that is a list',
    tests: [[`${CHAT}/responses.test.ts`, 'thinking among the content']],
  },
  49: {
    what: 'three names of one limit, and a default for it',
    tests: [[`${CHAT}/quirks.test.ts`, 'maxTokensField'], CLASSES],
  },
  50: { what: 'stop sequences lost on one way only', tests: [CLASSES] },
  51: {
    what: '`developer` where only `system` is known',
    tests: [[`${CHAT}/quirks.test.ts`, 'systemRole'], CLASSES],
  },
  52: {
    what: '`n`, log probabilities, `seed` that are ignored',
    tests: [
      [`${CONVERSE}/parameters.test.ts`, 'what it has no words for is told, each'],
      [`${GEMINI}/encode-parameters.test.ts`, 'that have none are told, each'],
      [`${COHERE}/requests.test.ts`, 'parameters, in range, and what there is no field for'],
    ],
  },
  53: {
    what: 'unknown fields to strict servers, and kept from others',
    tests: [
      [`${CHAT}/quirks.test.ts`, 'unknownFields'],
      [`${MESSAGES}/quirks.test.ts`, 'unknownFields'],
    ],
  },
  54: {
    what: 'what is worth repeating',
    tests: [
      ['src/dialects/openai-failures.test.ts', 'insufficient_quota'],
      ['src/execution/next-step.test.ts', 'nextStep'],
    ],
  },
  55: {
    what: 'errors whose status lies',
    tests: [
      [`${GEMINI}/failures.test.ts`, 'a bad key, which comes as 400'],
      ['src/dialects/openai-failures.test.ts', 'an error inside an answer'],
    ],
  },
  56: {
    what: 'a provider’s 401 that is not the caller’s',
    tests: [
      [
        'test/cloud/bedrock.test.ts',
        'a signature that is refused is the provider’s failure, not the caller’s',
      ],
      ['src/dialects/openai-failures.test.ts', 'has the status of the table and the shape of the language'],
    ],
  },
  57: {
    what: 'waits in every form',
    tests: [
      ['src/canonical/retry-after.test.ts', '1m30.5s'],
      ['src/canonical/retry-after.test.ts', 'a number may be a moment'],
    ],
  },
  58: {
    what: 'a second start after something was shown',
    tests: [['src/execution/execute.test.ts', 'after the commit point a cut is a typed failure']],
  },
  59: {
    what: 'what only the first provider understands, in a fallback',
    tests: [
      ['src/providers/fit.test.ts', 'fit is idempotent'],
      ['test/properties/requests.test.ts', 'encode, then read again: the same but for declared losses'],
    ],
  },
  60: {
    what: 'secrets in messages of errors',
    tests: [
      ['src/canonical/scrub.test.ts', 'hides'],
      ['src/dialects/openai-failures.test.ts', 'secrets do not pass'],
    ],
  },
  61: {
    what: 'the name of the model in the answer',
    tests: [['test/clients/openai.test.ts', 'a completion, its headers and its record']],
  },
  62: {
    what: 'too many cache marks, or where they are refused',
    tests: [
      [`${MESSAGES}/quirks.test.ts`, 'more than four marks of another language'],
      [`${MESSAGES}/quirks.test.ts`, 'autoCache places marks where there are none'],
      [`${CONVERSE}/requests.test.ts`, 'cache marks stand behind what they cover, four at most'],
    ],
  },
  63: {
    what: 'clouds: the stream’s own path, signatures over encoded names, tokens that expire',
    tests: [
      [`${MESSAGES}/quirks.test.ts`, 'envelope'],
      ['src/upstream/cloud/token-cache.test.ts', 'are renewed before they expire, while the old one is used'],
      ['test/cloud/bedrock.test.ts', 'an answer in one piece'],
    ],
  },
  64: {
    what: 'filters of content known by their codes',
    tests: [['src/dialects/openai-failures.test.ts', 'content_filtered']],
  },
};
