// The request for the rest of an answer. Two ways: a model that takes the beginning of its answer gets it and goes on by
// itself; any other is told in words. Pure.

import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';

/** `anew`: nothing of the answer itself was shown, so it can simply begin again. */
export type GoingOn = 'prefill' | 'instruction' | 'anew';

/** The last words that an instruction quotes: enough to be found again, no more. */
const ANCHOR_LENGTH = 60;
const CHARS_PER_TOKEN = 4;

/** Whether the request's own wishes let an answer be put together of two. */
export function mayBeJoined({ choices = 1, logprobs, output }: ChatRequest): boolean {
  const free = output === undefined || output.kind === 'text';
  return choices <= 1 && logprobs === undefined && free;
}

export function goOn(request: ChatRequest, texts: readonly string[], how: GoingOn): ChatRequest {
  if (how === 'anew') return request;
  const shown = texts.join('');
  const messages = withAnswer(request.messages, texts);
  const asked: Message = { role: 'user', parts: [{ kind: 'text', text: instruction(anchorOf(shown)) }] };
  return {
    ...request,
    messages: how === 'prefill' ? messages : [...messages, asked],
    ...(request.maxOutputTokens === undefined
      ? {}
      : { maxOutputTokens: left(request.maxOutputTokens, shown) }),
  };
}

/** What the client itself gave as the beginning of the answer, and what was shown, are one message. */
function withAnswer(messages: readonly Message[], texts: readonly string[]): readonly Message[] {
  const parts: Part[] = texts.filter((text) => text !== '').map((text) => ({ kind: 'text', text }));
  const last = parts.at(-1);
  // A beginning that ends in white space is refused by those who are strict.
  if (last?.kind === 'text') parts[parts.length - 1] = { ...last, text: last.text.trimEnd() };
  const before = messages.at(-1);
  if (before?.role !== 'assistant') return [...messages, { role: 'assistant', parts }];
  return [...messages.slice(0, -1), { ...before, parts: [...before.parts, ...parts] }];
}

function instruction(anchor: string): string {
  return (
    'Your last message was cut off by a technical fault before it was complete. Write the rest of it. ' +
    'Begin with the last words that arrived, exactly as they stand between the marks, and go straight on from there. ' +
    `No comment, no apology, nothing before them, no marks.\n<<<${anchor}>>>`
  );
}

/** The end of what was shown, from the beginning of a word. */
export function anchorOf(shown: string): string {
  const end = shown.trimEnd().slice(-ANCHOR_LENGTH);
  const space = end.search(/\s/u);
  return end.length < ANCHOR_LENGTH || space < 0 || space > ANCHOR_LENGTH / 2 ? end : end.slice(space + 1);
}

function left(most: number, shown: string): number {
  return Math.max(1, most - Math.ceil(shown.length / CHARS_PER_TOKEN));
}
