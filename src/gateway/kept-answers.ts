// Answers that Clew keeps, so that a later request goes on from them by id: for languages in which APIs do so, where the
// target does not keep them itself. Only a request that names an earlier answer waits for the store.

import type { KeptAnswer } from '#accounting/answer-store.ts';
import { parseJson } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import type { Target } from '#providers/target.ts';
import { CANNOT } from '#routing/candidates.ts';
import type { Plan } from '#routing/plan.ts';
import type { Gateway, Incoming, Outgoing } from './gateway.ts';
import { encodeFailed } from './reply.ts';

/** Where kept answers are: storage/answers.ts. */
export interface Answers {
  /** Returns at once. */
  keep(answer: KeptAnswer): void;
  find(key: string, id: string): Promise<KeptAnswer | undefined>;
  chain(key: string, id: string): Promise<readonly KeptAnswer[] | undefined>;
  remove(key: string, id: string): Promise<boolean>;
}

/** The request with what was said before in front; the same one when Clew does not know the answer that it names. */
export async function recall(
  request: Asked,
  { keeping }: AnyClientDialect,
  key: string | null,
  { answers }: Pick<Gateway, 'answers'>,
): Promise<Asked> {
  if (request.continues === undefined || keeping === undefined || !isChat(request)) return request;
  const chain = await answers.chain(key ?? '', request.continues);
  if (chain === undefined) return request;
  const said = chain.flatMap(({ input, output }) => [...messagesIn(input), ...messagesIn(output)]);
  const fresh = keeping.remembered(request.messages);
  const instructions = request.messages.filter((message) => !fresh.includes(message));
  const { continues: _, ...rest } = request;
  // Clew keeps what follows as well: the provider need not.
  const whole: ChatRequest = { ...rest, messages: [...instructions, ...said, ...fresh], keep: false };
  return whole;
}

function messagesIn(text: string): readonly Message[] {
  const list = parseJson(text);
  return Array.isArray(list) ? list : [];
}

/** Why a target cannot serve the request: what is asked for exists in one language, or in one provider's memory. */
export function unfitness(
  request: Asked,
  { dialects }: Pick<Gateway, 'dialects'>,
): ((target: Target) => string | undefined) | undefined {
  const { onlyFor, continues } = request;
  if (onlyFor === undefined && continues === undefined) return undefined;
  return (target) => {
    if (onlyFor !== undefined && target.dialect !== onlyFor.dialect) return onlyFor.why;
    if (continues === undefined || keepsAnswers(target, dialects)) return undefined;
    return 'nobody here knows the answer that the request goes on from';
  };
}

/** What to say when no target was left; undefined when that is not because of what is asked for. */
export function nobodyFits({ onlyFor, continues, model }: Asked, { removed }: Plan): Failure | undefined {
  if (continues !== undefined) {
    const message = `Previous response with id '${continues.slice(0, 100)}' not found.`;
    return failure('invalid_request', message, { field: 'previous_response_id' });
  }
  const name = `\`${model.slice(0, 200)}\``;
  if (onlyFor !== undefined) {
    const message = `${onlyFor.why} No target of ${name} speaks that language.`;
    return failure('unsupported_feature', message, { field: onlyFor.field });
  }
  const unable = removed.filter(({ why }) => why === CANNOT).map(({ target }) => `\`${target}\``);
  if (unable.length === 0) return undefined;
  const message = `No target of ${name} serves such requests: ${unable.join(', ')}.`;
  return failure('unsupported_feature', message, { field: 'model' });
}

export function keepsAnswers(target: Target, dialects: Gateway['dialects']): boolean {
  return dialects.get(target.dialect)?.provider?.keepsAnswers?.(target.quirks) === true;
}

export interface Keepable {
  readonly request: ChatRequest;
  readonly key: string | null;
  readonly generationId: string;
  readonly createdMs: number;
  readonly parts: readonly Part[];
  readonly shown: string;
}

/** Returns at once: it is written behind everybody's back. */
export function keepAnswer(
  kept: Keepable,
  { keeping }: AnyClientDialect,
  { answers }: Pick<Gateway, 'answers'>,
): void {
  if (keeping === undefined) return;
  const { request, key, generationId, createdMs, parts, shown } = kept;
  const message: Message = { role: 'assistant', parts };
  answers.keep({
    id: keeping.answerId(generationId),
    key: key ?? '',
    previous: request.continues ?? null,
    createdMs,
    input: JSON.stringify(keeping.remembered(request.messages)),
    output: JSON.stringify([message]),
    shown,
  });
}

type Use = (id: string, key: string) => Promise<string | undefined>;

/** `path` ends with the id, or with the id and `after`. */
export async function useKept(
  incoming: Incoming,
  dialect: AnyClientDialect,
  {
    gateway,
    path,
    after = '',
  }: { readonly gateway: Gateway; readonly path: string; readonly after?: string },
  use: Use,
): Promise<Outgoing> {
  const id = idIn(incoming.path.slice(path.length + 1, incoming.path.length - after.length));
  const caller = gateway.current().keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, dialect, 'none');
  const found = id.ok ? await use(id.value, caller.value.key ?? '') : undefined;
  if (found !== undefined)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: found };
  const message = `Response with id '${incoming.path.slice(path.length + 1).slice(0, 100)}' not found.`;
  return encodeFailed(failure('not_found', message), dialect, 'none');
}

function idIn(text: string): Result<string, undefined> {
  try {
    return ok(decodeURIComponent(text));
  } catch {
    return err(undefined);
  }
}

/** What a client may do with a kept answer, by the path under its id and the method. */
export function keptUses(
  { keeping }: AnyClientDialect,
  { answers }: Pick<Gateway, 'answers'>,
): { readonly show: Use; readonly forget: Use; readonly input: Use } {
  return {
    show: async (id, key) => (await answers.find(key, id))?.shown,
    forget: async (id, key) => {
      return (await answers.remove(key, id)) ? JSON.stringify(keeping?.encodeForgotten(id)) : undefined;
    },
    input: async (id, key) => {
      const chain = await answers.chain(key, id);
      const last = chain?.at(-1);
      if (chain === undefined || last === undefined) return undefined;
      const before = chain
        .slice(0, -1)
        .flatMap(({ input, output }) => [...messagesIn(input), ...messagesIn(output)]);
      return JSON.stringify(keeping?.encodeInput([...before, ...messagesIn(last.input)], id));
    },
  };
}
