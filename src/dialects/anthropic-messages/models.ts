// What a model accepts, by its name: the generations differ in ways that the API answers with 400. Names come in many
// dresses: `claude-sonnet-4-5-20250929`, `anthropic/claude-sonnet-4.5`, `us.anthropic.claude-opus-4-6-v1`,
// `claude-opus-4-5@20251101`. Sources: platform.claude.com/docs/en/about-claude/models/overview, …/build-with-claude/effort,
// …/adaptive-thinking, …/extended-thinking, …/structured-outputs; checked 2026-11-25.

export interface ModelManners {
  /** How thinking is asked for: not at all, by a budget of tokens, or by leaving it to the model under an effort. */
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** Whether thinking can be switched off: it is off unless asked for, must be switched off, or cannot be. */
  readonly off: 'default' | 'explicit' | 'never';
  /** The efforts it knows, the least first; empty where effort is not a parameter. */
  readonly efforts: readonly string[];
  /** Whether temperature, top_p and top_k may come together, one of temperature and top_p at most, or none at all. */
  readonly sampling: 'all' | 'one' | 'none';
  /** Whether an answer can be bound to a JSON Schema. */
  readonly structured: boolean;
  /** The longest answer in tokens: what is sent where the client says nothing, since the API wants a limit. */
  readonly maxOutputTokens: number;
}

const NAME = /claude-(?:(opus|sonnet|haiku|fable|mythos)-)?(\d)(?:[-.](\d))?(?!\d)/;

/** For models that we do not know by name: what every server of this API is known to take. */
const UNKNOWN: ModelManners = {
  thinking: 'budget',
  off: 'default',
  efforts: [],
  sampling: 'all',
  structured: false,
  maxOutputTokens: 32_000,
};

export function mannersOf(model: string): ModelManners {
  const match = NAME.exec(model.toLowerCase());
  if (match === null) return UNKNOWN;
  const [, family = '', major, minor] = match;
  const version = Number(`${major}.${minor ?? 0}`);
  return { ...generation(family, version), maxOutputTokens: longestAnswer(family, version) };
}

function generation(family: string, version: number): Omit<ModelManners, 'maxOutputTokens'> {
  const opus = family === 'opus';
  if (version < 4.6) {
    return {
      thinking: version < 3.7 ? 'none' : 'budget',
      off: 'default',
      efforts: opus && version === 4.5 ? ['low', 'medium', 'high'] : [],
      sampling: version >= 4.5 || (opus && version === 4.1) ? 'one' : 'all',
      structured: version >= 4.5 || (opus && version === 4.1),
    };
  }
  if (version < 4.7) {
    const efforts = ['low', 'medium', 'high', 'max'];
    return { thinking: 'adaptive', off: 'default', efforts, sampling: 'one', structured: true };
  }
  // Some of these think always; the others refuse to be told not to.
  const always = family === 'fable' || family === 'mythos' || version >= 5.5;
  return {
    thinking: 'adaptive',
    off: always ? 'never' : version >= 5 ? 'explicit' : 'default',
    efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
    sampling: 'none',
    structured: true,
  };
}

function longestAnswer(family: string, version: number): number {
  if (version < 3.5) return 4_096;
  if (version < 3.7) return 8_192;
  if (family === 'opus' && version < 4.5) return 32_000;
  if (version < 4.6) return 64_000;
  return version >= 4.7 || family === 'opus' ? 128_000 : 64_000;
}
