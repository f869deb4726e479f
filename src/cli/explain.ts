// `clew explain`: the plan for a request, without sending it. What makes it is an argument, since only main.ts composes.

import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { asObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Environment } from '#secrets/env.ts';
import { chooseConfig } from './options.ts';
import type { ConfigChoice, ConfigOptions } from './options.ts';

export interface ExplainOptions extends ConfigChoice {
  /** The body of the request. */
  readonly text: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly dialect?: string;
  /** Name of a key of the configuration. */
  readonly key?: string;
  /** 0..1, in place of chance. */
  readonly draw?: number;
  /** Of a gateway that runs. Absent: the configuration decides, and nothing was seen of any target. */
  readonly url?: string;
}

export interface Explained {
  readonly view: JsonObject;
  readonly table: string;
  /** The request would get no plan. */
  readonly refused: boolean;
}

/** An error is a text for people. */
export type Explain = (options: ExplainOptions) => Promise<Result<Explained, string>>;

export interface ExplainContext {
  readonly explain: Explain;
  readonly env: Environment;
  /** Takes whole lines, each with its end. */
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  readonly setExitCode: (code: number) => void;
  /** What is piped in; undefined where a person sits. */
  readonly readPiped: () => string | undefined;
}

/** As the command line has them. */
interface Words extends ConfigOptions {
  readonly model?: string;
  readonly file?: string;
  readonly header?: ReadonlyMap<string, string>;
  readonly dialect?: string;
  readonly key?: string;
  readonly draw?: number;
  readonly url?: string;
  readonly json?: true;
}

const PIPED = '-';

export function explainCommand(program: Command, context: ExplainContext): void {
  program
    .command('explain')
    .summary('say where a request would go and why, without sending it')
    .description(
      'Plans a request as the gateway would, calls nobody, and prints the candidates, what each is expected to cost and ' +
        'take, how likely each is to come first, who was left out and why, and the order of fallbacks. Without --url it goes by ' +
        'the configuration alone, as a gateway that has just started; with it a running one is asked, and what that has seen ' +
        'of its targets counts. The exit code is 1 when the request would be refused, 2 when it cannot be read.',
    )
    .option('-f, --file <file>', 'the request as JSON, - for what is piped in (default: a short chat)')
    .option('-m, --model <name>', 'the model, in place of the one in the request')
    .option('-d, --dialect <name>', 'language of the request (default: the one that it makes sense in)')
    .option('-H, --header <name: value>', 'a header of the request; may be repeated', addHeader)
    .option('-k, --key <name>', 'the key of the configuration that asks; with --url also CLEW_KEY')
    .option('--draw <number>', 'a number from 0 to below 1 in place of chance', parseDraw)
    .option('-u, --url <url>', 'where a gateway runs, such as http://127.0.0.1:4100')
    .option('-c, --config <file>', 'configuration file (default: ./clew.yaml, if there is one)')
    .option('--json', 'print JSON')
    .action(async (words: Words) => {
      context.setExitCode(await explainWords(words, context));
    });
}

/** Gives the exit code. */
async function explainWords(words: Words, context: ExplainContext): Promise<number> {
  const text = requestText(words, context);
  const explained = text.ok ? await context.explain(optionsOf(words, text.value, context.env)) : text;
  if (!explained.ok) {
    context.printError(`error: ${explained.error.trimEnd()}\n`);
    return 2;
  }
  const { view, table, refused } = explained.value;
  context.print(words.json === true ? `${JSON.stringify(view, null, 2)}\n` : table);
  return refused ? 1 : 0;
}

function optionsOf(words: Words, text: string, env: Environment): ExplainOptions {
  const { header = NO_HEADERS, dialect, key, draw, url } = words;
  return {
    ...chooseConfig(words, env),
    text,
    headers: header,
    ...(dialect !== undefined && { dialect }),
    ...(key !== undefined && { key }),
    ...(draw !== undefined && { draw }),
    ...(url !== undefined && { url }),
  };
}

/** What a person means who names a model and no request. */
const SHORT_CHAT: JsonObject = { messages: [{ role: 'user', content: 'Hello.' }] };

function requestText(words: Words, { readPiped }: ExplainContext): Result<string, string> {
  const { file = PIPED, model } = words;
  const text = file === PIPED ? ok(readPiped() ?? '') : readFile(file);
  if (!text.ok) return text;
  const name = file === PIPED ? 'what is piped in' : file;
  const parsed = text.value.trim() === '' ? undefined : parseJson(text.value);
  const body = text.value.trim() === '' && file === PIPED ? SHORT_CHAT : asObject(parsed);
  if (body === undefined) return err(`${name} is no request: not JSON, or no object with fields.`);
  if (model === undefined && body['model'] === undefined) {
    return err(
      body === SHORT_CHAT
        ? 'say which model: --model, or a request with --file.'
        : `${name} names no model, and --model says none.`,
    );
  }
  return ok(JSON.stringify(model === undefined ? body : { ...body, model }));
}

function readFile(file: string): Result<string, string> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    return err(`${file} cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

function addHeader(
  written: string,
  before: ReadonlyMap<string, string> = NO_HEADERS,
): ReadonlyMap<string, string> {
  const at = written.indexOf(':');
  if (at < 1) throw new InvalidArgumentError('Write `name: value`.');
  return new Map([...before, [written.slice(0, at).trim().toLowerCase(), written.slice(at + 1).trim()]]);
}

function parseDraw(text: string): number {
  const draw = Number(text);
  if (text.trim() !== '' && draw >= 0 && draw < 1) return draw;
  throw new InvalidArgumentError('Write a number from 0 to below 1.');
}
