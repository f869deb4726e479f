// Mixed traffic: four client languages, streams and whole answers, one request in ten meets a fault, one in twenty leaves early.

import type { Draw } from '#base/random.ts';
import { ask } from '../clients/ask.ts';
import { CLIENT_NAMES, CLIENTS } from '../clients/index.ts';
import { expectedOf, FAULTS, isDeadEnd } from '../wall/faults.ts';

const FAULTY_SHARE = 0.1;
const LEAVING_SHARE = 0.05;
const PATIENCE_MS = 30_000;
const LEAVES_AFTER_MS_MAX = 200;
const SAID = 'What was said once is to be said again. '.repeat(20);

const isSeenByAll = (fault: string): boolean =>
  CLIENT_NAMES.every((client) => expectedOf(fault, 'stream', client) !== undefined);
/** Those that cost no megabytes and no address of their own. */
const SOAK_FAULTS = FAULTS.filter(
  (fault) => !isDeadEnd(fault) && isSeenByAll(fault) && !/long-line|huge/.test(fault),
);

export interface Tally {
  asked: number;
  complete: number;
  typed: number;
  left: number;
  /** Neither an answer nor an error of the client's language. */
  wrong: string[];
}

/** YAML lines: a model for each client, well or with each fault, all with a fallback. */
export function soakModels(): string {
  const limits = 'first_content_limit: 2s, whole_answer_limit: 3s, silence_limit: 2s';
  return CLIENT_NAMES.flatMap((client) => {
    const spare = `fallback: [ "${client}/echo" ]`;
    const faulty = SOAK_FAULTS.map((fault) => {
      return `  "${client}-${fault}": { targets: [ "${client}/echo+fault-${fault}" ], ${spare}, ${limits} }`;
    });
    return [`  "${client}-well": { targets: [ "${client}/echo+rate-400" ], ${spare}, ${limits} }`, ...faulty];
  }).join('\n');
}

export async function sendOne(origin: string, draw: Draw, tally: Tally): Promise<void> {
  const client = CLIENT_NAMES[Math.floor(draw() * CLIENT_NAMES.length)] ?? 'chat';
  const stream = draw() < 0.7;
  const isFaulty = draw() < FAULTY_SHARE;
  const fault = SOAK_FAULTS[Math.floor(draw() * SOAK_FAULTS.length)] ?? '500';
  const leaves = draw() < LEAVING_SHARE;
  const seen = await ask(CLIENTS[client], {
    origin,
    model: `${client}-${isFaulty ? fault : 'well'}`,
    stream,
    say: SAID,
    patienceMs: leaves ? draw() * LEAVES_AFTER_MS_MAX : PATIENCE_MS,
  });
  tally.asked += 1;
  const changed = isFaulty ? expectedOf(fault, stream ? 'stream' : 'whole', client)?.text : undefined;
  if (leaves && (seen.taken === 'hang' || seen.taken === 'cut')) tally.left += 1;
  else if (seen.taken === 'error') tally.typed += 1;
  else if (seen.taken === 'complete' && (seen.text === SAID || changed !== undefined)) tally.complete += 1;
  else
    tally.wrong.push(
      `${client} ${isFaulty ? fault : 'well'} ${stream ? 'stream' : 'whole'}: ${seen.taken} ${seen.problem ?? ''}`,
    );
}
