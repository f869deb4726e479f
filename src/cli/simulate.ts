// `clew simulate`: the fake provider by itself, for trying a gateway or a client against every kind of trouble.

import { InvalidArgumentError, type Command } from 'commander';

import { nanoToDollars } from '#base/money.ts';
import { describeTerms } from '#simulator/behaviour.ts';
import { FAULTS, type Fault } from '#simulator/faults.ts';
import { startSimulator, type AttemptEntry, type Simulator } from '#simulator/index.ts';

interface SimulateOptions {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly replay?: string;
  readonly faults?: boolean;
  readonly json?: boolean;
}

export function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .summary('run a fake provider: synthetic or recorded answers, every fault by name')
    .description(DESCRIPTION)
    .option('-p, --port <port>', 'port to listen on; 0 for any free one', wholeNumber(65_535), 4199)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--replay <directory>', 'answer from recorded exchanges below this directory')
    .option('--seed <number>', 'the same seed and request give the same answer', wholeNumber(0xffffffff), 1)
    .option('--faults', 'list the faults and exit')
    .option('--json', 'print JSON lines')
    .addHelpText('after', () => `\n${termsText()}\n${EXAMPLES}`)
    .action(simulate);
}

const DESCRIPTION =
  'Speaks the provider side of the APIs that Clew speaks, over real sockets. What it answers is said by the name of ' +
  'the model: terms joined by "+". Any other name answers as hello.';

const EXAMPLES = `Examples:
  $ clew simulate
  $ curl -N http://127.0.0.1:4199/v1/chat/completions -d '{"model": "words-40+rate-20", "stream": true,
      "messages": [{"role": "user", "content": "Lead on."}]}'

  A stream that is cut after 40 % of its content, a first token after 500 ms, a rate limit:
    "model": "words-200+fault-stream-cut-40"
    "model": "echo+ttft-500"
    "model": "fault-429-retry-after-seconds-3"

  The next two requests for one model, whatever its name, meet a fault:
  $ curl http://127.0.0.1:4199/_sim/fault -d '{"model": "my-model", "fault": "stall-30", "times": 2}'

  What was asked, what was sent, when, and the bill for it:
  $ curl http://127.0.0.1:4199/_sim/attempts
  $ curl http://127.0.0.1:4199/_sim/bill

  Recorded answers, byte for byte; 404 with the nearest recording where none matches:
  $ clew simulate --replay ./recordings
`;

async function simulate(options: SimulateOptions): Promise<void> {
  if (options.faults === true) {
    printFaults(options.json === true);
    return;
  }
  const print = options.json === true ? printJson : printLine;
  let simulator: Simulator;
  try {
    simulator = await startSimulator({
      host: options.host,
      port: options.port,
      replayDir: options.replay,
      seed: options.seed,
      log: print,
    });
  } catch (error) {
    console.error(`clew simulate: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    return;
  }
  if (options.json === true) console.log(JSON.stringify({ url: simulator.url }));
  else console.log(`Simulator on ${simulator.url}\n\n${termsText()}`);
  const stop = () => void simulator.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function termsText(): string {
  const lines = describeTerms().map(({ term, about }) => `  ${term.padEnd(16)} ${about}`);
  return `Terms of model names, joined by "+":\n${lines.join('\n')}\n`;
}

function printFaults(asJson: boolean): void {
  if (asJson) {
    for (const { name, id, about, argument, outside } of FAULTS) {
      console.log(JSON.stringify({ name, id, about, argument, outside }));
    }
    return;
  }
  console.log(
    'Faults by the numbers of the failure catalogue. As a model: fault-NAME. (*: test helper, no model.)\n',
  );
  for (const fault of FAULTS) console.log(faultLine(fault));
}

function faultLine({ id, name, about, argument, outside }: Fault): string {
  const shown = `${name}${argument === undefined ? '' : '[-N]'}${outside === undefined ? '' : ' *'}`;
  const number = argument === undefined ? '' : `; N: ${argument.about}, usually ${argument.usual}`;
  return `  ${id.padEnd(7)} ${shown.padEnd(34)} ${about}${number}`;
}

function printJson(entry: AttemptEntry): void {
  console.log(JSON.stringify(entry));
}

function printLine(entry: AttemptEntry): void {
  const { arrivedMs, endedMs, firstByteMs } = entry;
  const facts = [
    new Date(arrivedMs).toISOString(),
    entry.status ?? '---',
    entry.ended,
    entry.model ?? entry.path,
    entry.recording === null ? '' : `recording ${entry.recording}`,
    entry.fault === null ? '' : `fault ${entry.fault}`,
    firstByteMs === null ? '' : `first byte ${(firstByteMs - arrivedMs).toFixed(1)} ms`,
    endedMs === null ? '' : `end ${(endedMs - arrivedMs).toFixed(1)} ms`,
    `${entry.promptTokens}+${entry.outputTokens} tokens`,
    `$${nanoToDollars(entry.bill)}`,
  ];
  console.log(facts.filter((fact) => fact !== '').join('  '));
}

function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number <= max) return number;
    throw new InvalidArgumentError(`wanted: a whole number from 0 to ${max}.`);
  };
}
