// What simulated clients ask: single questions, or conversations that begin with a long document and grow.

import type { Draw } from '#base/random.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';

/** A request with what the provider knows of it: which conversation it goes on with, and how long the answer will be. */
export interface Asking {
  readonly request: ChatRequest;
  readonly conversation: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export type Asker = (draw: Draw, serial: number) => Asking;

const CHARACTERS_PER_TOKEN = 4;
/** Four letters and a blank: near enough to five characters a word, one token each. */
const WORDS = ['lamp', 'rope', 'mast', 'sail', 'hull', 'wind', 'knot', 'helm'] as const;

/** Questions of about so many tokens, answers of about so many. */
export function questions(inputTokens = 10, outputTokens = 100): Asker {
  return (draw, serial) => ({
    request: chat([user(wordsOf(inputTokens, draw))]),
    conversation: serial,
    inputTokens,
    outputTokens: Math.max(8, Math.round(outputTokens * (0.5 + draw()))),
  });
}

/** So many conversations at once, each of so many turns over a document of its own; when one is over another begins. */
export function conversations(count: number, { turns, documentTokens }: ConversationOptions): Asker {
  const open: Conversation[] = [];
  let begun = 0;
  return (draw) => {
    const at = Math.floor(draw() * count);
    const known = open[at];
    if (known === undefined || known.turns === turns) {
      const document = user(wordsOf(Math.round(documentTokens * (0.5 + draw())), draw));
      open[at] = { serial: (begun += 1), turns: 0, messages: [document] };
    }
    const talk = open[at] as Conversation;
    talk.turns += 1;
    talk.messages.push(user(wordsOf(40, draw)));
    const request = chat([...talk.messages]);
    const inputTokens = Math.round(charactersOf(request) / CHARACTERS_PER_TOKEN);
    const outputTokens = 100 + Math.round(draw() * 200);
    talk.messages.push({ role: 'assistant', parts: [{ kind: 'text', text: wordsOf(outputTokens, draw) }] });
    return { request, conversation: talk.serial, inputTokens, outputTokens };
  };
}

export interface ConversationOptions {
  readonly turns: number;
  readonly documentTokens: number;
}

interface Conversation {
  readonly serial: number;
  turns: number;
  readonly messages: Message[];
}

function chat(messages: readonly Message[]): ChatRequest {
  return { model: 'm', messages, tools: [], sampling: {}, stream: true };
}

function user(text: string): Message {
  return { role: 'user', parts: [{ kind: 'text', text }] };
}

function wordsOf(tokens: number, draw: Draw): string {
  const first = String(Math.floor(draw() * 1e9));
  const word = WORDS[Math.floor(draw() * WORDS.length)] ?? 'lamp';
  return `${first} ${`${word} `.repeat(Math.max(0, Math.round((tokens * CHARACTERS_PER_TOKEN) / 5) - 2))}`;
}

function charactersOf({ messages }: ChatRequest): number {
  let characters = 0;
  for (const { parts } of messages)
    for (const part of parts) if (part.kind === 'text') characters += part.text.length;
  return characters;
}
