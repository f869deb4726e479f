// `clew check`: everything that is wrong with a configuration, or what would be on with it. Exit code 1 when it is wrong.

import type { Command } from 'commander';
import { loadConfig } from '#config/load.ts';
import type { LoadOptions } from '#config/load.ts';
import { printProblem } from '#config/problem.ts';
import type { Problem } from '#config/problem.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { Catalogue } from '#providers/catalogue.ts';
import type { Environment } from '#secrets/env.ts';
import { chooseConfig, withConfigOptions } from './options.ts';
import type { ConfigOptions } from './options.ts';
import { count, printOn, summarise } from './summary.ts';

/** Nothing listens there: `check` only says what would be on. */
const NO_SIMULATOR_YET = 'http://127.0.0.1:1/v1';

export interface CheckContext {
  readonly env: Environment;
  readonly catalogue: Catalogue;
  readonly vocabularies: LoadOptions['vocabularies'];
  /** Takes whole lines, each with its end. */
  readonly print: (text: string) => void;
  readonly setExitCode: (code: number) => void;
}

export interface CheckOptions extends ConfigOptions {
  readonly json?: true;
}

export function checkCommand(program: Command, context: CheckContext): void {
  const command = program
    .command('check')
    .summary('say what is wrong with the configuration, or what would be on')
    .description(
      'Reads the configuration as `serve` would, secrets included, and starts nothing. Prints every problem with its ' +
        'line, or what would be on; the exit code is 1 when there is a problem.',
    )
    .option('--json', 'print JSON');
  withConfigOptions(command).action((options: CheckOptions) => {
    context.setExitCode(check(options, context));
  });
}

/** Gives the exit code. */
export function check(
  options: CheckOptions,
  { env, catalogue, vocabularies, print }: Omit<CheckContext, 'setExitCode'>,
): number {
  const { file, overrides } = chooseConfig(options, env);
  const loaded = loadConfig({
    file,
    env,
    catalogue,
    vocabularies,
    overrides,
    simulatorUrl: NO_SIMULATOR_YET,
  });
  if (options.json === true) {
    const report = loaded.ok
      ? { ok: true, file: file ?? null, ...summarise(loaded.value) }
      : { ok: false, file: file ?? null, problems: loaded.error };
    print(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    print(loaded.ok ? printGood(loaded.value, file) : printProblems(loaded.error, file));
  }
  return loaded.ok ? 0 : 1;
}

function printGood(snapshot: Snapshot, file: string | undefined): string {
  const { version, listen, admin, keys } = summarise(snapshot);
  const access = keys.length === 0 ? 'no key needed' : count(keys.length, 'key');
  return [
    `${file ?? 'No configuration file'}: no problems, snapshot ${version}`,
    '',
    `  clients   ${listen}  (${access})`,
    `  admin     ${admin}`,
    '',
    printOn(snapshot),
    '',
  ].join('\n');
}

/** One line for each, and how many there are. */
export function printProblems(problems: readonly Problem[], file?: string): string {
  const lines = problems.map((problem) => `${printProblem(problem, file)}\n`);
  return `${lines.join('')}${count(problems.length, 'problem')}\n`;
}
