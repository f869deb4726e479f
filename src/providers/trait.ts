// What a model can do, as a closed list. A trait that no rule asks for and no source tells does not belong here.

export const TRAITS = {
  vision: { about: 'Takes pictures.', absent: 'cannot' },
  files: { about: 'Takes PDF files.', absent: 'cannot' },
  'audio-input': { about: 'Takes sound.', absent: 'cannot' },
  'video-input': { about: 'Takes films.', absent: 'cannot' },
  'audio-output': { about: 'Answers in sound.', absent: 'cannot' },
  'image-output': { about: 'Answers in pictures.', absent: 'cannot' },
  tools: { about: 'Calls tools.', absent: 'cannot' },
  'json-schema': { about: 'Keeps to a JSON schema that is given for the answer.', absent: 'cannot' },
  reasoning: { about: 'Thinks before it answers.', absent: 'cannot' },
  'parallel-tools': { about: 'Calls several tools at once.', absent: 'unknown' },
  'prompt-cache': { about: 'Bills a repeated beginning of the prompt at less.', absent: 'unknown' },
  'web-search': { about: 'Can be told to search the web by itself.', absent: 'unknown' },
  prefill: { about: 'Goes on with an answer whose beginning is given.', absent: 'unknown' },
  'fixed-sampling': { about: 'Refuses temperature and top_p.', absent: 'unknown' },
  embeddings: { about: 'Turns text into vectors.', absent: 'cannot' },
  rerank: { about: 'Puts documents in order by a question.', absent: 'cannot' },
  moderation: { about: 'Judges text by a list of harms.', absent: 'cannot' },
  transcription: { about: 'Turns sound into text.', absent: 'cannot' },
  speech: { about: 'Turns text into sound.', absent: 'cannot' },
  images: { about: 'Makes pictures from a description.', absent: 'cannot' },
  completions: { about: 'Goes on with a text, without messages.', absent: 'cannot' },
} as const satisfies Readonly<Record<string, TraitRule>>;

export interface TraitRule {
  readonly about: string;
  /** What it means that a model has traits but not this one: sources tell some for every model, others for a few. */
  readonly absent: 'cannot' | 'unknown';
}

export type Trait = keyof typeof TRAITS;

export const TRAIT_NAMES = Object.keys(TRAITS) as [Trait, ...Trait[]];

/** A model with one of these answers at an endpoint of its own and does not chat. */
export const ENDPOINT_TRAITS: readonly Trait[] = [
  'embeddings',
  'rerank',
  'moderation',
  'transcription',
  'speech',
  'images',
  'completions',
];

/** Those answer without tokens: their price has no output, and is whole without. */
const NO_OUTPUT: readonly Trait[] = ['embeddings', 'rerank', 'moderation'];

export function chats(traits: readonly Trait[]): boolean {
  return !traits.some((trait) => ENDPOINT_TRAITS.includes(trait));
}

export function answersInTokens(traits: readonly Trait[]): boolean {
  return !traits.some((trait) => NO_OUTPUT.includes(trait));
}
