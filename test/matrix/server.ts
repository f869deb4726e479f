// Everything that a client of the matrix talks to, in one process: a provider on a loopback port that gives each recorded
// answer to whoever asks for the model of that name, and a whole gateway in front of it.

import { asObject, asString, parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { loadCatalogue } from '#config/catalogue-files.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { answerOf } from './recordings.ts';
import type { Case } from './recordings.ts';

export interface Matrix {
  /** Of the gateway, without a path: `http://127.0.0.1:4100`. */
  readonly origin: string;
  /** Of the provider itself, for clients that ask it without Clew. */
  readonly direct: string;
  readonly gateway: TestGateway;
  /** What the provider was last sent for this case. */
  arrived(id: string): Json | undefined;
  stop(): Promise<void>;
}

/** Which entry of the catalogue knows the peculiarities of a recorded provider, where it has another name. */
const CATALOGUE_NAMES: Readonly<Record<string, string>> = {
  'vertex anthropic-messages': 'vertex-claude',
  'bedrock anthropic-messages': 'bedrock-invoke',
  'azure-ai openai-chat': 'azure-ai-foundry',
};

export async function startMatrix(cases: readonly Case[], passthrough = false): Promise<Matrix> {
  const byId = new Map(cases.map((one) => [one.id, one]));
  const bodies = new Map<string, Json>();
  const provider = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const body = parseJson(await request.text()) ?? null;
      // The model is a step of the path in some languages.
      const steps = new URL(request.url).pathname.split(/[/:]/);
      const id = asString(asObject(body)?.['model']) ?? steps.find((step) => byId.has(step)) ?? '';
      const asked = byId.get(id);
      if (asked === undefined) return new Response(`no case ${id}`, { status: 501 });
      bodies.set(id, body);
      return answerOf(asked);
    },
  });
  const gateway = await startTestGateway({
    passthrough,
    // Limits of one client make the next one wait; a sign of life in the meantime would fix its status.
    server: 'keep_alive: 2m',
    providers: providersText(cases, `http://127.0.0.1:${provider.port}`),
    models: cases
      .map(
        (one) => `  ${one.id}: { targets: [ "${one.target ?? `${entryId(one)}/${one.id}`}" ], attempts: 1 }`,
      )
      .join('\n'),
  });
  return {
    origin: `http://127.0.0.1:${gateway.port}`,
    direct: `http://127.0.0.1:${provider.port}`,
    gateway,
    arrived: (id) => bodies.get(id),
    stop: async () => {
      await gateway.stop();
      await provider.stop(true);
    },
  };
}

/** Each recorded provider in each language that it was recorded in. */
function entryId({ recording, dialect }: Case): string {
  return `r-${recording.provider}-${dialect}`;
}

function providersText(cases: readonly Case[], url: string): string {
  const catalogue = loadCatalogue();
  if (!catalogue.ok) throw new Error(catalogue.error.join('\n'));
  const recorded = cases.filter(({ target }) => target === undefined);
  const entries = new Map(recorded.map((one) => [entryId(one), one]));
  return [...entries]
    .map(([id, { recording, dialect }]) => {
      const known = CATALOGUE_NAMES[`${recording.provider} ${dialect}`] ?? recording.provider;
      const quirks = catalogue.value.get(known)?.entry.speaks[dialect]?.quirks ?? {};
      return `  ${id}: { dialect: ${dialect}, url: "${url}", auth: none, quirks: ${JSON.stringify(quirks)} }`;
    })
    .join('\n');
}
