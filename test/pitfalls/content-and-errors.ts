// Pitfalls 33 to 64 of the reference: the ends of streams, content, parameters, errors.

import type { Pitfall } from './pitfall.ts';

const CHAT = 'src/dialects/openai-chat';
const MESSAGES = 'src/dialects/anthropic-messages';
const GEMINI = 'src/dialects/gemini';
const CONVERSE = 'src/dialects/bedrock-converse';
const RESPONSES = 'src/dialects/openai-responses';
const COHERE = 'src/dialects/cohere';
const CLASSES: readonly [string, string] = ['test/fidelity/classes.test.ts', 'what gets lost most'];

export const CONTENT_AND_ERRORS: Readonly<Record<number, Pitfall>> = {
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
      ['test/turns/prompt-cache.test.ts', 'is read from the cache when %s'],
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
