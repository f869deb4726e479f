// Our providers, and what the sources call them. A new provider without a line here has no list of models, and works: its
// models are asked for by name, at an unknown price.

export interface SourceKeys {
  /** Folder in `providers/` of models.dev. */
  readonly modelsDev?: readonly string[];
  /** `litellm_provider` of the price map. */
  readonly priceMap?: readonly string[];
  /** What the provider's own ids look like, where a source lists short forms beside them. */
  readonly ids?: RegExp;
}

const both = (modelsDev: string, ...priceMap: readonly string[]): SourceKeys => ({
  modelsDev: [modelsDev],
  priceMap,
});

export const SOURCE_KEYS: Readonly<Record<string, SourceKeys>> = {
  ai21: { priceMap: ['ai21'] },
  alibaba: both('alibaba', 'dashscope'),
  anthropic: both('anthropic', 'anthropic'),
  baseten: both('baseten', 'baseten'),
  bedrock: { modelsDev: ['amazon-bedrock'] },
  berget: { modelsDev: ['berget'] },
  cerebras: both('cerebras', 'cerebras'),
  chutes: { modelsDev: ['chutes'] },
  cohere: both('cohere', 'cohere', 'cohere_chat'),
  crusoe: both('crusoe', 'crusoe'),
  deepinfra: both('deepinfra', 'deepinfra'),
  deepseek: both('deepseek', 'deepseek'),
  digitalocean: { modelsDev: ['digitalocean'] },
  evroc: { modelsDev: ['evroc'] },
  featherless: { priceMap: ['featherless_ai'] },
  fireworks: { ...both('fireworks-ai', 'fireworks_ai'), ids: /^accounts\// },
  friendli: both('friendli', 'friendliai'),
  gemini: both('google', 'gemini'),
  gmi: both('gmicloud', 'gmi'),
  groq: both('groq', 'groq'),
  hetzner: { modelsDev: ['hetzner'] },
  huggingface: { modelsDev: ['huggingface'] },
  hyperbolic: { priceMap: ['hyperbolic'] },
  inception: both('inception', 'inception'),
  'inference-net': { modelsDev: ['inference'] },
  jina: { priceMap: ['jina_ai'] },
  minimax: both('minimax', 'minimax'),
  mistral: both('mistral', 'mistral'),
  moonshot: both('moonshotai', 'moonshot'),
  morph: both('morph', 'morph'),
  nebius: both('nebius', 'nebius'),
  novita: both('novita-ai', 'novita'),
  nscale: { priceMap: ['nscale'] },
  nvidia: { modelsDev: ['nvidia'] },
  openai: both('openai', 'openai'),
  openrouter: { modelsDev: ['openrouter'] },
  ovhcloud: both('ovhcloud', 'ovhcloud'),
  regolo: { modelsDev: ['regolo-ai'] },
  sambanova: { priceMap: ['sambanova'] },
  scaleway: both('scaleway', 'scaleway'),
  siliconflow: { modelsDev: ['siliconflow'] },
  stackit: { modelsDev: ['stackit'] },
  stepfun: { modelsDev: ['stepfun-ai'] },
  tencent: both('tencent-tokenhub', 'tencent'),
  together: both('togetherai', 'together_ai'),
  upstage: { modelsDev: ['upstage'] },
  venice: { modelsDev: ['venice'] },
  vercel: both('vercel', 'vercel_ai_gateway'),
  volcengine: { priceMap: ['volcengine'] },
  voyage: { priceMap: ['voyage'] },
  vultr: { modelsDev: ['vultr'] },
  wandb: both('wandb', 'wandb'),
  xai: both('xai', 'xai'),
  xiaomi: both('xiaomi', 'xiaomi_mimo'),
  zai: both('zai', 'zai'),
};
