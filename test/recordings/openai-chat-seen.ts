// What a client can see of a Chat Completions answer: the same for two spellings of one answer.

import type { ChatResponse, Choice } from '#canonical/response.ts';

export function textOf(choice: Choice | undefined, kind: 'text' | 'reasoning'): string {
  return (choice?.parts ?? []).map((part) => (part.kind === kind ? part.text : '')).join('');
}

/** What a client can see of an answer. */
export function seen(response: ChatResponse): object {
  const { id, model, usage, choices } = response;
  return {
    id,
    model,
    usage,
    choices: choices.map((choice) => ({
      text: textOf(choice, 'text'),
      reasoning: textOf(choice, 'reasoning'),
      seals: choice.parts.flatMap((part) => (part.kind === 'reasoning' ? (part.seals ?? []) : [])),
      calls: choice.parts.flatMap((part) =>
        part.kind === 'tool-call' ? [[part.id, part.name, part.arguments]] : [],
      ),
      annotations: choice.parts.flatMap((part) => (part.kind === 'text' ? (part.annotations ?? []) : [])),
      finish: choice.finish.reason,
    })),
  };
}

/** Clients know no word for an end without a reason: they are told `stop`. */
export function withoutUnknown(response: ChatResponse): ChatResponse {
  const choices = response.choices.map((choice) =>
    choice.finish.reason === 'unknown' ? { ...choice, finish: { reason: 'stop' } as const } : choice,
  );
  return { ...response, choices };
}
