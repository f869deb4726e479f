// The control endpoint, `/_sim/…`: the attempts, the bill, and what is set for which model. JSON in, JSON out.

import { asNumber, asObject, asString, parseJson, type Json, type JsonObject } from '#base/json.ts';
import { addMoney, NO_MONEY } from '#base/money.ts';
import type { AttemptEntry, AttemptLog } from './attempts.ts';
import { FAULTS } from './faults.ts';
import type { HttpRequest } from './http-request.ts';
import type { Overrides } from './overrides.ts';

export const CONTROL_PREFIX = '/_sim/';

export interface Controlled {
  readonly log: AttemptLog;
  readonly overrides: Overrides;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Handler = (controlled: Controlled, request: HttpRequest) => Answer;

const DONE: Answer = { status: 200, body: { ok: true } };

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET attempts': ({ log }, request) => {
    const since = Number(new URLSearchParams(request.query).get('since') ?? 0);
    return { status: 200, body: log.entries().filter((entry) => entry.sequence > since) };
  },
  'DELETE attempts': ({ log }) => {
    log.clear();
    return DONE;
  },
  'GET faults': ({ overrides }) => ({
    status: 200,
    body: { set: overrides.faults(), known: FAULTS.map(describeFault) },
  }),
  'POST fault': ({ overrides }, request) => setFault(overrides, bodyOf(request)),
  'DELETE fault': ({ overrides }, request) => {
    const model = new URLSearchParams(request.query).get('model');
    if (model === null) overrides.clearFaults();
    else overrides.setFault(model, null);
    return DONE;
  },
  'GET terms': ({ overrides }) => ({ status: 200, body: overrides.terms() }),
  'POST terms': ({ overrides }, request) => setTerms(overrides, bodyOf(request)),
  'DELETE terms': ({ overrides }) => {
    overrides.clearTerms();
    return DONE;
  },
  'GET bill': ({ log }) => ({ status: 200, body: billOf(log.entries()) }),
};

/** Status and JSON text of the answer. */
export function control(request: HttpRequest, controlled: Controlled): { status: number; text: string } {
  const key = `${request.method} ${request.path.slice(CONTROL_PREFIX.length)}`;
  const handler = HANDLERS[key];
  const known = Object.keys(HANDLERS).map((name) => name.replace(' ', ` ${CONTROL_PREFIX}`));
  const answer = handler?.(controlled, request) ?? { status: 404, body: { error: 'no such path', known } };
  return { status: answer.status, text: JSON.stringify(answer.body) };
}

export function describeFault({ name, id, about, argument, outside }: (typeof FAULTS)[number]): Json {
  return {
    name,
    id,
    about,
    ...(argument === undefined ? {} : { argument: { ...argument } }),
    ...(outside === undefined ? {} : { outside }),
  };
}

function bodyOf(request: HttpRequest): JsonObject {
  return asObject(parseJson(request.body.toString())) ?? {};
}

function setFault(overrides: Overrides, body: JsonObject): Answer {
  const model = asString(body['model']);
  const fault = body['fault'] === null ? null : asString(body['fault']);
  const times = asNumber(body['times']);
  if (model === undefined || fault === undefined || (times !== undefined && !(times >= 1))) {
    return {
      status: 400,
      body: { error: 'wanted: {"model": name or "*", "fault": name or null, "times"?: 1 or more}' },
    };
  }
  if (overrides.setFault(model, fault, times)) return DONE;
  return { status: 400, body: { error: `no such fault: ${fault}; GET ${CONTROL_PREFIX}faults lists them` } };
}

function setTerms(overrides: Overrides, body: JsonObject): Answer {
  const model = asString(body['model']);
  const terms = body['terms'] === null ? null : asString(body['terms']);
  if (model === undefined || terms === undefined || !overrides.setTerms(model, terms)) {
    return {
      status: 400,
      body: { error: 'wanted: {"model": name or "*", "terms": such as "ttft-500+rate-20", or null}' },
    };
  }
  return DONE;
}

/** Of the attempts that are remembered. */
function billOf(entries: readonly AttemptEntry[]): Json {
  let total = NO_MONEY;
  const byModel: Record<string, number> = {};
  for (const entry of entries) {
    total = addMoney(total, entry.bill);
    const model = entry.model ?? '';
    byModel[model] = (byModel[model] ?? 0) + entry.bill;
  }
  return { attempts: entries.length, nanoDollars: total, byModel };
}
