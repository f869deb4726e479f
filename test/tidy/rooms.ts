// Who may import whom: the table of docs/architecture.md as data. Values and types, unless `types` says types only.

export interface Room {
  readonly may: readonly string[];
  /** Folders whose types alone may be used, since the interfaces stand there. */
  readonly types?: readonly string[];
  /** Packages and modules of the platform; absent means the platform's are free, and packages none. */
  readonly packages?: readonly string[];
}

/** The words that everybody speaks. */
const WORDS = ['base', 'canonical'] as const;
const ABOVE_GATEWAY = [
  'framing',
  'dialects',
  'providers',
  'routing',
  'execution',
  'upstream',
  'accounting',
  'access',
  'secrets',
  'telemetry',
  'storage',
  'config',
];

export const ROOMS: Readonly<Record<string, Room>> = {
  base: { may: [] },
  canonical: { may: ['base'] },
  framing: { may: ['base'], packages: ['eventsource-parser'] },
  dialects: { may: WORDS },
  providers: { may: WORDS, packages: ['zod', 'gpt-tokenizer'] },
  routing: { may: [...WORDS, 'providers'] },
  execution: { may: [...WORDS, 'routing'] },
  // Loaded when the first call needs them: docs/dependencies.md.
  upstream: {
    may: [...WORDS, 'framing', 'dialects', 'providers'],
    packages: [
      '@smithy/signature-v4',
      '@aws-sdk/credential-provider-node',
      'google-auth-library',
      'node:fs/promises',
    ],
  },
  accounting: { may: [...WORDS, 'providers'] },
  access: { may: WORDS },
  secrets: { may: ['base'] },
  telemetry: { may: WORDS, packages: ['prom-client'] },
  storage: { may: ['base'], types: ['accounting', 'access', 'config'] },
  config: {
    may: [...WORDS, 'providers', 'routing', 'secrets'],
    packages: ['zod', 'yaml', '@marcbachmann/cel-js'],
  },
  gateway: { may: [...WORDS, ...ABOVE_GATEWAY] },
  admin: { may: [...WORDS, 'access', 'accounting', 'config', 'providers', 'routing', 'telemetry'] },
  server: { may: [...WORDS, 'gateway', 'admin', 'config', 'telemetry'] },
  simulator: { may: [...WORDS, 'framing', 'dialects'] },
  // Commands print what is on and run the simulator: docs/decisions/0007-cli-sees-the-simulator.md.
  cli: {
    may: [...WORDS, 'config', 'admin', 'server', 'simulator'],
    types: ['providers', 'secrets'],
    packages: ['commander'],
  },
  composition: { may: [...WORDS, ...ABOVE_GATEWAY, 'gateway', 'admin', 'server', 'simulator', 'cli'] },
};

/** The composition root sees everything. */
export const ROOT = 'src/main.ts';

/** Plain TypeScript: time and chance are arguments, and nothing here can reach the outside. */
export const PURE = ['canonical', 'framing', 'dialects', 'providers', 'routing', 'execution', 'accounting'];

/** The one part of the pure folders that writes: the journal. */
export const PURE_EXCEPT = /^src\/accounting\/journal-[\w-]+\.ts$/;

export function isPure(path: string): boolean {
  return PURE.includes(path.split('/')[1] ?? '') && !PURE_EXCEPT.test(path);
}
