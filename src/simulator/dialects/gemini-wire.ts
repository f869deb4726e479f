// generateContent on the wire: candidates whole and piece by piece, log probabilities and usage.

import { parseJson, type Json, type JsonObject } from '#base/json.ts';
import type { SyntheticAnswer, SyntheticChoice, SyntheticRequest, SyntheticUsage } from '../answer.ts';
import type { AnswerEvent } from './dialect.ts';

const FINISHES: Readonly<Record<SyntheticChoice['finish'], string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  // The vendor has no other word for an answer that calls functions.
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
};

export function envelopeOf(answer: SyntheticAnswer): JsonObject {
  return { modelVersion: answer.model, responseId: answer.id };
}

export function candidateOf(choice: SyntheticChoice, index: number, logprobs: number | undefined): Json {
  const parts: Json[] = [];
  if (choice.reasoning.length > 0) parts.push({ text: choice.reasoning.join(''), thought: true });
  if (choice.text.length > 0) parts.push({ text: choice.text.join('') });
  for (const part of callParts(choice)) parts.push(part);
  return {
    content: { parts, role: 'model' },
    finishReason: FINISHES[choice.finish],
    index,
    ...(logprobs === undefined ? {} : { logprobsResult: logprobsOf(choice.text, logprobs) }),
  };
}

/** The first call of an answer is signed, where the model thought before it. */
function callParts(choice: SyntheticChoice): readonly JsonObject[] {
  return choice.toolCalls.map((call, index) => {
    const text = call.input.join('');
    // A call that the length cut off has no whole object to show.
    const args = call.form === 'custom' ? { input: text } : (parseJson(text) ?? {});
    const signed = choice.reasoning.length > 0 && index === 0;
    return {
      functionCall: { name: call.name, args },
      ...(signed ? { thoughtSignature: signatureOf(call.id) } : {}),
    };
  });
}

function signatureOf(id: string): string {
  return Buffer.from(`signed ${id}`).toString('base64');
}

/** Every event is a whole response; counts come with the last. */
export function* answerEvents(
  answer: SyntheticAnswer,
  request: SyntheticRequest,
): Generator<AnswerEvent, void, void> {
  const envelope = JSON.stringify(envelopeOf(answer)).slice(1);
  const event = (index: number, part: JsonObject, more = ''): string =>
    `data: {"candidates":[{"content":{"parts":[${JSON.stringify(part)}],"role":"model"}${more},"index":${index}}],${envelope}\n\n`;
  for (const [index, choice] of answer.choices.entries()) {
    yield { role: 'start', text: event(index, { text: '' }), tokens: 0 };
    for (const text of choice.reasoning) yield content(event(index, { text, thought: true }));
    for (const text of choice.text) {
      const logprobs =
        request.logprobs === undefined ? '' : JSON.stringify(logprobsOf([text], request.logprobs));
      yield content(event(index, { text }, logprobs === '' ? '' : `,"logprobsResult":${logprobs}`));
    }
    for (const [at, part] of callParts(choice).entries()) {
      yield content(event(index, part), choice.toolCalls[at]?.input.length ?? 1);
    }
  }
  for (const [index, choice] of answer.choices.entries()) {
    const more = `,"finishReason":"${FINISHES[choice.finish]}"`;
    yield { role: 'finish', text: event(index, { text: '' }, more), tokens: 0 };
  }
  if (answer.usage !== undefined) {
    const usage = JSON.stringify(usageOf(answer.usage));
    yield { role: 'usage', text: `data: {"usageMetadata":${usage},${envelope}\n\n`, tokens: 0 };
  }
}

function content(text: string, tokens = 1): AnswerEvent {
  return { role: 'content', text, tokens };
}

/** Made up, but a function of the token: likelier tokens are shorter. */
function logprobsOf(texts: readonly string[], top: number): Json {
  const entry = (token: string, rank = 0) => ({
    token,
    tokenId: token.length,
    logProbability: -token.length / 16 - rank,
  });
  return {
    chosenCandidates: texts.map((token) => entry(token)),
    topCandidates: texts.map((token) => ({
      candidates: Array.from({ length: top }, (_, rank) =>
        entry(rank === 0 ? token : `${token}${rank}`, rank),
      ),
    })),
  };
}

export function usageOf(usage: SyntheticUsage): Json {
  const { promptTokens, cachedTokens, outputTokens, reasoningTokens } = usage;
  return {
    promptTokenCount: promptTokens,
    candidatesTokenCount: outputTokens - reasoningTokens,
    totalTokenCount: promptTokens + outputTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokens }],
    ...(cachedTokens === 0 ? {} : { cachedContentTokenCount: cachedTokens }),
    ...(reasoningTokens === 0 ? {} : { thoughtsTokenCount: reasoningTokens }),
  };
}
