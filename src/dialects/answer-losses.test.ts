import { describe, expect, test } from 'bun:test';

import type { Json } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { FinishReason } from '#canonical/finish.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { MediaPart, Part } from '#canonical/part.ts';
import type { Choice } from '#canonical/response.ts';
import { AnswerLosses } from './answer-losses.ts';
import type { Unsayable } from './answer-losses.ts';

const NARROW: Unsayable = { choices: true, logprobs: true, media: { image: 'worded', audio: 'absent' } };
const finish: Choice['finish'] = { reason: 'stop', raw: 'stop' };
const choice = (parts: readonly Part[], more: Partial<Choice> = {}): Choice => ({ parts, finish, ...more });
const cited = (...annotations: readonly Json[]): Part => ({ kind: 'text', text: 'so', annotations });
const media = (kind: MediaPart['kind']): Part => ({
  kind,
  source: { from: 'url', url: 'https://example.com/a' },
});

const LINK = { type: 'url_citation', url: 'https://example.com' };
const NESTED = { type: 'url_citation', url_citation: { url: 'https://example.com' } };
const PLACE = { type: 'char_location', document_index: 0 };

/** The same answer in events. */
function eventsOf(choices: readonly Choice[]): readonly ChatEvent[] {
  const events: ChatEvent[] = [];
  for (const [index, { parts, logprobs }] of choices.entries()) {
    for (const part of parts) {
      const number = events.length;
      const what = part.kind === 'tool-result' ? { kind: 'text' as const } : part;
      events.push({ kind: 'open', part: number, choice: index, what });
      events.push({ kind: 'delta', part: number, text: 'x', ...(logprobs !== undefined && { logprobs }) });
      const annotations = part.kind === 'text' ? part.annotations : undefined;
      events.push({ kind: 'close', part: number, ...(annotations && { annotations }) });
    }
  }
  return events;
}

const text: Part = { kind: 'text', text: 'so' };
const ROWS: readonly (readonly [what: string, choices: readonly Choice[], lost: readonly string[]])[] = [
  ['a text', [choice([text])], []],
  ['links', [choice([cited(LINK, NESTED)])], []],
  ['places without an address', [choice([cited(LINK, PLACE), cited(PLACE)])], ['annotations dropped']],
  [
    'a block of another vendor',
    [choice([{ kind: 'foreign', dialect: 'other', value: {} }])],
    ['blocks dropped'],
  ],
  ['a block of its own', [choice([{ kind: 'foreign', dialect: 'own', value: {} }])], []],
  ['several answers', [choice([text]), choice([text])], ['choices dropped']],
  ['log probabilities', [choice([text], { logprobs: { content: [] } })], ['logprobs dropped']],
  [
    'media',
    [choice(['image', 'audio', 'video'].map((kind) => media(kind as MediaPart['kind'])))],
    ['image approximated', 'audio dropped'],
  ],
];

describe('an end that the language has no word for', () => {
  const NONE: Unsayable = { finishes: ['pause', 'refusal'] };
  const refusal: Part = { kind: 'refusal', text: 'No.' };

  test.each<[reason: FinishReason, part: Part, lost: readonly string[]]>([
    ['pause', text, ['answer.finish changed']],
    ['refusal', text, ['answer.finish changed']],
    ['refusal', refusal, []],
    ['stop', text, []],
  ])('%s', (reason, part, lost) => {
    const whole = new AnswerLosses('own', NONE);
    whole.read([choice([part], { finish: { reason } })]);
    const streamed = new AnswerLosses('own', NONE);
    for (const event of eventsOf([choice([part])])) streamed.push(event);
    streamed.push({ kind: 'end', finishes: [{ reason }] });
    for (const { all } of [whole, streamed])
      expect(all.map(({ path, did }) => `${path} ${did}`)).toEqual([...lost]);
  });
});

describe('beside a text, and beside the answer', () => {
  const foreign = (fields: Foreign['fields'], dialect = 'other'): Foreign => ({ dialect, fields });
  const sources = foreign({ citations: ['https://example.com', 'https://example.org'] });
  const told = (losses: AnswerLosses): readonly string[] => losses.all.map(({ path }) => path);

  test.each<[what: string, extras: Foreign, lost: readonly string[]]>([
    ['sources', sources, ['answer.annotations']],
    ['sources in its own language', { ...sources, dialect: 'own' }, []],
    ['none', foreign({ citations: [], system_fingerprint: 'x' }), []],
    ['results of a search', foreign({ search_results: [{}] }), ['answer.annotations']],
    ['log probabilities of another form', foreign({ logprobs: [{}] }), ['answer.logprobs']],
    ['what was searched', foreign({ groundingMetadata: { webSearchQueries: ['q'] } }), ['answer.grounding']],
    ['what became links', foreign({ groundingMetadata: { groundingChunks: [] } }), []],
  ])('%s', (_, extras, lost) => {
    const whole = new AnswerLosses('own', {});
    whole.read([choice([text])], extras);
    const ofChoice = new AnswerLosses('own', {});
    ofChoice.read([choice([text], { extras })]);
    const streamed = new AnswerLosses('own', {});
    streamed.push({ kind: 'foreign', foreign: extras });
    const begun = new AnswerLosses('own', {});
    begun.push({ kind: 'start', id: '', model: '', losses: [], extras });
    for (const losses of [whole, ofChoice, streamed, begun]) expect(told(losses)).toEqual(lost);
  });

  test('sources of a text are told where not all of them are links', () => {
    for (const annotations of [[LINK], [LINK, LINK]]) {
      const whole = new AnswerLosses('own', {});
      whole.read([choice([{ kind: 'text', text: 'so', annotations, extras: sources }])]);
      const streamed = new AnswerLosses('own', {});
      streamed.push({ kind: 'close', part: 0, annotations, extras: sources });
      const lost = annotations.length < 2 ? ['answer.annotations'] : [];
      expect([told(whole), told(streamed)]).toEqual([lost, lost]);
    }
  });
});

describe.each(ROWS)('%s', (_, choices, lost) => {
  const told = (losses: AnswerLosses): readonly string[] =>
    losses.all.map(({ path, did }) => `${path} ${did}`);
  const expected = lost.map((loss) => `answer.${loss}`);

  test('in one piece', () => {
    const losses = new AnswerLosses('own', NARROW);
    losses.read(choices);
    expect(told(losses)).toEqual(expected);
  });

  test('streamed', () => {
    const losses = new AnswerLosses('own', NARROW);
    for (const event of eventsOf(choices)) losses.push(event);
    expect(told(losses)).toEqual(expected);
  });

  test('where there is a place for it', () => {
    const losses = new AnswerLosses('own', {});
    losses.read(choices);
    expect(told(losses)).toEqual(expected.filter((path) => /annotations|blocks/.test(path)));
  });
});
