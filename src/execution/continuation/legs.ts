// The calls for the rest of an answer: whom, in which way, and what came of them.

import { operationOf } from '#canonical/asked.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Plan } from '#routing/plan.ts';
import type { Admissions } from '../admit.ts';
import type { AttemptFacts } from '../attempt.ts';
import type { ExecuteOptions } from '../execute.ts';
import type { LiveAnswer } from '../live-answer.ts';
import { startAttempt } from '../start-attempt.ts';
import type { Started } from '../start-attempt.ts';
import { continueStep } from './continue-step.ts';
import type { ContinueStep } from './continue-step.ts';
import { goOn } from './go-on.ts';
import type { GoingOn } from './go-on.ts';

const CHARS_PER_TOKEN = 4;

export interface Leg {
  readonly live: LiveAnswer;
  readonly how: GoingOn;
  /** What the legs before it have used. */
  readonly used: Usage | undefined;
  /** Tells the client, in its own language, that the answer goes on elsewhere. */
  readonly marker: ChatEvent;
}

export interface LegsOptions {
  readonly plan: Plan;
  readonly admissions: Admissions;
  /** Of the whole exchange: each call for the rest is added. */
  readonly attempts: AttemptFacts[];
  readonly options: ExecuteOptions;
  readonly request: ChatRequest;
  /** Index of the target whose answer is being told. */
  readonly target: number;
}

export class Legs {
  readonly #of: LegsOptions;
  readonly #without = new Set<number>();
  readonly #broken = new Map<number, { times: number; failure: Failure }>();
  #target: number;
  #calls = 0;
  #started: Started | undefined;

  constructor(of: LegsOptions) {
    this.#of = of;
    this.#target = of.target;
  }

  /** Undefined when nobody gives the rest. */
  async next(texts: readonly string[], cut: Failure): Promise<Leg | undefined> {
    const { plan, admissions, attempts, options } = this.#of;
    const times = (this.#broken.get(this.#target)?.times ?? 0) + 1;
    this.#broken.set(this.#target, { times, failure: cut });
    for (;;) {
      const step = options.client.aborted ? undefined : this.#step(options.clock.now());
      const admission = step && admissions.beginRest(step.target);
      if (step === undefined || admission === undefined) return undefined;
      const how = this.#how(step.target, texts);
      const used = usedBy(attempts);
      const request = goOn(this.#of.request, texts, how);
      this.#calls += 1;
      this.#started = startAttempt(
        plan,
        { target: step.target, admission, as: 'continuation', request },
        options,
      );
      attempts.push(this.#started.facts);
      const begun = await this.#started.begun;
      if (begun.ok && begun.value.kind === 'stream') {
        this.#target = step.target;
        return { live: begun.value.live, how, used, marker: this.#marker(step.target, texts, cut) };
      }
      if (!begun.ok) this.#lost(step.target, how, begun.error);
      else this.#without.add(step.target);
    }
  }

  #step(now: number): ContinueStep | undefined {
    const { plan, admissions } = this.#of;
    const model = plan.targets[this.#target]?.model ?? '';
    const cut = { model, broken: this.#broken, calls: this.#calls, without: this.#without };
    return continueStep(plan, admissions, cut, now);
  }

  abandon(): void {
    this.#started?.watch.abandon('client_gone', 'The client closed the connection.');
  }

  /** Who refuses the beginning of an answer is known from now on, and is asked again in words: the refusal was no call. */
  #lost(target: number, how: GoingOn, problem: Failure): void {
    const { plan, options } = this.#of;
    const id = plan.targets[target]?.target.id ?? '';
    if (how !== 'prefill' || problem.code !== 'upstream_rejected') this.#without.add(target);
    else {
      options.engine.refusesPrefill(id);
      this.#calls -= 1;
    }
  }

  #how(target: number, texts: readonly string[]): GoingOn {
    const { plan, options, request } = this.#of;
    if (texts.join('').trim() === '') return 'anew';
    const served = plan.targets[target]?.target;
    if (served === undefined) return 'instruction';
    // A prompt that is gone on with is a longer prompt.
    if (operationOf(served.dialect) === 'completions') return 'prefill';
    const can = served.traits.includes('prefill') && options.engine.takesPrefill(served.id);
    // Nobody lets a model think before an answer that has begun already.
    return can && request.reasoning === undefined ? 'prefill' : 'instruction';
  }

  #marker(target: number, texts: readonly string[], { code }: Failure): ChatEvent {
    const id = this.#of.plan.targets[target]?.target.id ?? '';
    const continued = { target: id, after: code, at: texts.join('').length };
    return {
      kind: 'foreign',
      foreign: { dialect: this.#of.options.dialect, fields: { clew: { continued } } },
    };
  }
}

/** Of all attempts that showed something. What nobody reported is counted from the characters. */
function usedBy(attempts: readonly AttemptFacts[]): Usage | undefined {
  let used: Usage | undefined;
  for (const { usage, firstContentAt, outputChars } of attempts) {
    if (firstContentAt === undefined) continue;
    const estimated = Math.ceil(outputChars / CHARS_PER_TOKEN);
    const leg = usage ?? { inputTotal: 0, outputTotal: estimated, estimated: true };
    used = {
      inputTotal: (used?.inputTotal ?? 0) + leg.inputTotal,
      outputTotal: (used?.outputTotal ?? 0) + Math.max(leg.outputTotal, usage === undefined ? 0 : estimated),
      ...(used?.estimated === true || leg.estimated === true ? { estimated: true } : {}),
    };
  }
  return used;
}
