// The command line: commands, options, help.

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { VARIABLES } from '#config/environment.ts';
import type { LoadOptions } from '#config/load.ts';
import type { Catalogue } from '#providers/catalogue.ts';
import type { Environment } from '#secrets/env.ts';
import { checkCommand } from './check.ts';
import { explainCommand } from './explain.ts';
import type { Explain } from './explain.ts';
import { serveCommand } from './serve.ts';
import type { Serve } from './serve.ts';
import { simulateCommand } from './simulate.ts';

export interface ProgramParts {
  /** Starts the gateway; settles when it has started, or rejects. */
  readonly serve: Serve;
  /** The plan for a request. */
  readonly explain: Explain;
  readonly version: string;
  readonly catalogue: Catalogue;
  readonly vocabularies: LoadOptions['vocabularies'];
  readonly env?: Environment;
  /** Takes whole lines, each with its end. */
  readonly print?: (text: string) => void;
  readonly printError?: (text: string) => void;
  readonly setExitCode?: (code: number) => void;
  readonly readPiped?: () => string | undefined;
}

/** Give it `process.argv` with `parseAsync`. Nothing happens before that. */
export function buildProgram(parts: ProgramParts): Command {
  const { serve, explain, version, catalogue, vocabularies, env = process.env, print = printOut } = parts;
  const { printError = printErr, setExitCode = setProcessExitCode, readPiped = readStdin } = parts;
  const program = new Command('clew')
    .description('A router for large language models: one endpoint, every provider, every choice explained.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('`clew --help` tells what can be written here.')
    .showSuggestionAfterError()
    .configureOutput({ writeOut: print })
    .addHelpText('after', helpText());
  serveCommand(program, { serve, env, terminal: process.stdout.isTTY });
  checkCommand(program, { env, catalogue, vocabularies, print, setExitCode });
  explainCommand(program, { explain, env, print, printError, setExitCode, readPiped });
  simulateCommand(program);
  return program;
}

function printOut(text: string): void {
  process.stdout.write(text);
}

function printErr(text: string): void {
  process.stderr.write(text);
}

/** A terminal, and an input that was closed before it began, have nothing. */
function readStdin(): string | undefined {
  if (process.stdin.isTTY) return undefined;
  try {
    return readFileSync(0, 'utf8');
  } catch {
    return undefined;
  }
}

function setProcessExitCode(code: number): void {
  process.exitCode = code;
}

function helpText(): string {
  const width = Math.max(...Object.keys(VARIABLES).map((name) => name.length));
  const variables = Object.entries(VARIABLES).map(([name, about]) => `  ${name.padEnd(width)}  ${about}`);
  return `
Examples:
  clew                                     start with the keys in the environment and ./clew.yaml
  clew serve --listen 127.0.0.1:8000       start on another port
  clew check --config staging.yaml         say what is wrong with a file, or what would be on
  clew check --json                        the same for programs
  clew explain --model fast                say where a request would go and why
  clew simulate --help                     a provider that makes its answers up, with every fault by name

Environment:
${variables.join('\n')}
  Keys of providers switch their provider on; \`clew check\` says which are on.`;
}
