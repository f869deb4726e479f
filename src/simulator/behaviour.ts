// The grammar of model names: what a synthetic answer is like, and which fault it meets. This table is the only place
// where terms are defined; the help text of `clew simulate` is printed from it.

import { findFault, type ChosenFault } from './faults.ts';

export interface Behaviour {
  /** What is said: a greeting, the user's own words, or this many words. */
  readonly say: 'hello' | 'echo' | number;
  readonly headMs: number;
  readonly firstTokenMs: number;
  /** Tokens per second; null for as fast as the socket takes them. */
  readonly rate: number | null;
  /** Tokens of reasoning before the answer. */
  readonly reasoning: number;
  /** Tool calls to make when the request has tools; null leaves it to the request. */
  readonly toolCalls: number | null;
  readonly cachedTokens: number;
  /** Goes on with an answer that the request begins. */
  readonly takesPrefill: boolean;
  readonly fault: ChosenFault | null;
}

const PLAIN: Behaviour = {
  say: 'hello',
  headMs: 0,
  firstTokenMs: 0,
  rate: null,
  reasoning: 0,
  toolCalls: null,
  cachedTokens: 0,
  takesPrefill: true,
  fault: null,
};

interface Term {
  readonly about: string;
  /** What the term means without a number; absent when it needs one. */
  readonly usual?: number;
  readonly max: number;
  apply(behaviour: Behaviour, number: number): Behaviour;
}

const TERMS: Readonly<Record<string, Term>> = {
  hello: {
    about: 'says hello and repeats the last user message (also any other name)',
    usual: 0,
    max: 0,
    apply: (behaviour) => ({ ...behaviour, say: 'hello' }),
  },
  echo: {
    about: 'repeats the last user message and nothing else',
    usual: 0,
    max: 0,
    apply: (behaviour) => ({ ...behaviour, say: 'echo' }),
  },
  words: {
    about: 'says N words; a word is a token',
    usual: 50,
    max: 1_000_000,
    apply: (behaviour, say) => ({ ...behaviour, say }),
  },
  head: {
    about: 'N milliseconds before the status line',
    max: 600_000,
    apply: (behaviour, headMs) => ({ ...behaviour, headMs }),
  },
  ttft: {
    about: 'N milliseconds between the head and the first token',
    max: 600_000,
    apply: (behaviour, firstTokenMs) => ({ ...behaviour, firstTokenMs }),
  },
  rate: {
    about: 'N tokens a second (default: no pause between tokens)',
    max: 100_000,
    apply: (behaviour, rate) => ({ ...behaviour, rate: rate === 0 ? null : rate }),
  },
  reason: {
    about: 'N tokens of reasoning first (12 without a number)',
    usual: 12,
    max: 1_000_000,
    apply: (behaviour, reasoning) => ({ ...behaviour, reasoning }),
  },
  tools: {
    about: 'calls N of the tools in the request (1 without a number)',
    usual: 1,
    max: 64,
    apply: (behaviour, toolCalls) => ({ ...behaviour, toolCalls }),
  },
  'no-prefill': {
    about: 'refuses a request that ends with the beginning of an answer',
    usual: 0,
    max: 0,
    apply: (behaviour) => ({ ...behaviour, takesPrefill: false }),
  },
  cached: {
    about: 'reports N prompt tokens as read from the cache',
    max: 1_000_000_000,
    apply: (behaviour, cachedTokens) => ({ ...behaviour, cachedTokens }),
  },
};

/** One line for each term, for `clew simulate --help`. */
export function describeTerms(): readonly { readonly term: string; readonly about: string }[] {
  const lines = Object.entries(TERMS).map(([name, term]) => ({
    term: term.max === 0 ? name : term.usual === undefined ? `${name}-N` : `${name}[-N]`,
    about: term.about,
  }));
  return [...lines, { term: 'fault-NAME[-N]', about: 'meets the fault NAME (clew simulate --faults)' }];
}

/**
 * Reads terms joined by `+`; the last of a kind counts. What stands before a `/` is a vendor and means nothing. Unknown
 * terms are plain names, so that every model's name works; an unknown fault is an error, since a test that asks for
 * one would otherwise pass without it.
 */
export function readBehaviour(terms: string, base: Behaviour = PLAIN): Behaviour | { unknownFault: string } {
  let behaviour = base;
  for (const text of terms.slice(terms.lastIndexOf('/') + 1).split('+')) {
    if (text.startsWith('fault-')) {
      const fault = findFault(text);
      if (fault === null) return { unknownFault: text };
      behaviour = { ...behaviour, fault };
      continue;
    }
    behaviour = applyTerm(behaviour, text);
  }
  return behaviour;
}

function applyTerm(behaviour: Behaviour, text: string): Behaviour {
  const [, name = '', digits] = /^(.*?)(?:-(\d{1,10}))?$/.exec(text) ?? [];
  // A model whose name contains `tool` calls tools, however it is spelled.
  const wanted = Object.hasOwn(TERMS, name) ? name : text.includes('tool') ? 'tools' : null;
  const term = wanted === null ? undefined : TERMS[wanted];
  if (term === undefined) return behaviour;
  const number = name === wanted && digits !== undefined ? Number(digits) : term.usual;
  if (number === undefined) return behaviour;
  return term.apply(behaviour, Math.min(number, term.max));
}
