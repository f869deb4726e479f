// Writes docs/errors.md from the table of failures and from what each client dialect makes of them:
// `node scripts/bun.mjs scripts/errors.ts`. test/errors.test.ts keeps the page true.

import { isObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { FAILURES, failure } from '#canonical/failure.ts';
import type { FailureCode } from '#canonical/failure.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import { loadDialects } from './dialects.ts';

export const ERRORS_PAGE = new URL('../docs/errors.md', import.meta.url);

const HEADING = `# Errors

Every way in which an exchange can fail, from \`src/canonical/failure.ts\`. This page is generated (\`node scripts/bun.mjs
scripts/errors.ts\`); a test keeps it true.

A client gets the status below and an error in the shape of the language it speaks. The code stands in the generation's
record, in the log and in the metrics.

- **Origin**: who is at fault: the client, the gateway, the provider, or the network between.
- **Retry**: \`same target\` may be asked again after a short wait, \`other target\` means somebody else at once, \`no\` ends the
  exchange. Once the client has seen content nothing is retried.
- **Come back**: after how long the client may ask again, for what passes by itself; the answer then has
  \`x-should-retry: true\` and \`retry-after\`. Everywhere else Clew has tried what was worth trying and says
  \`x-should-retry: false\`, so that clients do not begin again on their own.
- **Health**: whose standing the failure moves: the target's, the credential's wherever it is used, or nobody's.
- A provider's 401 is never the caller's 401, and the provider's own rate limit reaches the client only when no other
  target could answer.
`;

/** The whole page. The columns after the status are one for each client dialect: the error's `type`, `code` and `status`, where it has them. */
export function errorsPage(clients: readonly AnyClientDialect[]): string {
  const codes = Object.keys(FAILURES) as FailureCode[];
  const sections = [
    table(
      ['Code', 'Status', 'Origin', 'Retry', 'Come back', 'Health', 'What happened'],
      codes.map((code) => {
        const { status, origin, retry, health, about } = FAILURES[code];
        const { retryAfterMs } = failure(code, 'Example.');
        const back = retryAfterMs === undefined ? '-' : `${retryAfterMs / 1_000} s`;
        return [`\`${code}\``, String(status), origin, retry.replace('-', ' '), back, health, about];
      }),
    ),
    ...alike(clients, codes).map((family) => clientSection(family, codes)),
  ];
  return `${HEADING}\n${sections.join('\n')}`;
}

/** The members of an error in which languages have their words for it. */
const WORDS = ['type', 'code', 'status'] as const;

/** Languages whose clients see the same errors, in the order of the first of each. */
function alike(
  clients: readonly AnyClientDialect[],
  codes: readonly FailureCode[],
): readonly (readonly AnyClientDialect[])[] {
  const seen = (client: AnyClientDialect): string =>
    JSON.stringify(codes.map((code) => client.encodeFailure(failure(code, 'Example.'))));
  return [...Map.groupBy(clients, seen).values()];
}

function clientSection(family: readonly AnyClientDialect[], codes: readonly FailureCode[]): string {
  const [client] = family as readonly [AnyClientDialect];
  const encoded = codes.map((code) => ({ code, ...client.encodeFailure(failure(code, 'Example.')) }));
  const errors = encoded.map(({ body }) => (isObject(body) ? body['error'] : undefined));
  const fields = WORDS.filter((name) => errors.some((error) => field(error, name) !== '-'));
  const rows = encoded.map(({ code, status }, at) => [
    `\`${code}\``,
    String(status),
    ...fields.map((name) => field(errors[at], name)),
  ]);
  const ids = family.map(({ id }) => `\`${id}\``).join(', ');
  const paths = family.flatMap((one) => one.paths.map((path) => `\`${path}\``)).join(', ');
  return `## What clients of ${ids} see

Requests to ${paths}.

${table(['Code', 'Status', ...fields.map((name) => `\`error.${name}\``)], rows)}`;
}

function field(error: Json | undefined, name: string): string {
  const value = isObject(error) ? error[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? `\`${value}\`` : '-';
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return line(columns) + line(columns.map(() => '---')) + rows.map(line).join('');
}

export async function makeErrorsPage(): Promise<string> {
  const dialects = await loadDialects();
  return errorsPage(dialects.flatMap(({ client }) => (client === undefined ? [] : [client])));
}

if (import.meta.main) await Bun.write(ERRORS_PAGE, await makeErrorsPage());
