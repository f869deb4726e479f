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
  alibaba: both('alibaba', 'dashscope'),
  ai21: { priceMap: ['ai21'] },
  anthropic: both('anthropic', 'anthropic'),
  baseten: both('baseten', 'baseten'),
  bedrock: { modelsDev: ['amazon-bedrock'] },
  cerebras: both('cerebras', 'cerebras'),
  chutes: { modelsDev: ['chutes'] },
  cohere: both('cohere', 'cohere', 'cohere_chat'),
  crusoe: both('crusoe', 'crusoe'),
  deepinfra: both('deepinfra', 'deepinfra'),
  deepseek: both('deepseek', 'deepseek'),
  digitalocean: { modelsDev: ['digitalocean'] },
  fireworks: { ...both('fireworks-ai', 'fireworks_ai'), ids: /^accounts\// },
  friendli: both('friendli', 'friendliai'),
  gemini: both('google', 'gemini'),
  gmi: both('gmicloud', 'gmi'),
  groq: both('groq', 'groq'),
  huggingface: { modelsDev: ['huggingface'] },
  hyperbolic: { priceMap: ['hyperbolic'] },
  inception: both('inception', 'inception'),
  inference: { modelsDev: ['inference'] },
  ionos: { modelsDev: ['ionos'] },
  jina: { priceMap: ['jina_ai'] },
  lambda: { priceMap: ['lambda_ai'] },
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
  sambanova: { priceMap: ['sambanova'] },
  scaleway: both('scaleway', 'scaleway'),
  siliconflow: { modelsDev: ['siliconflow'] },
  stepfun: { modelsDev: ['stepfun-ai'] },
  tencent: both('tencent-tokenhub', 'tencent'),
  together: both('togetherai', 'together_ai'),
  upstage: { modelsDev: ['upstage'] },
  venice: { modelsDev: ['venice'] },
  vercel: both('vercel', 'vercel_ai_gateway'),
  voyage: { priceMap: ['voyage'] },
  volcengine: { priceMap: ['volcengine'] },
  wandb: both('wandb', 'wandb'),
  xai: both('xai', 'xai'),
  zai: both('zai', 'zai'),
};
