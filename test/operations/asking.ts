// One request of each operation, as programs send it.

export interface AskedOperation {
  readonly name: string;
  readonly path: string;
  readonly dialect: string;
  /** What the record of it is called by the contract of `GET /generation`. */
  readonly apiType: string | null;
  /** Fields beside the model. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Sent as a form, with a file under this name. */
  readonly file?: string;
  readonly stream?: true;
  /** What its answer costs is known. */
  readonly priced: boolean;
}

export const OPERATIONS: readonly AskedOperation[] = [
  {
    name: 'embeddings',
    path: '/v1/embeddings',
    dialect: 'openai-embeddings',
    apiType: 'embeddings',
    fields: { input: 'thread' },
    priced: true,
  },
  {
    name: 'rerank',
    path: '/v2/rerank',
    dialect: 'cohere-rerank',
    apiType: 'rerank',
    fields: { query: 'thread', documents: ['a door', 'a thread'] },
    priced: true,
  },
  {
    name: 'completions',
    path: '/v1/completions',
    dialect: 'openai-completions',
    apiType: 'completions',
    fields: { prompt: 'Once' },
    priced: true,
  },
  {
    name: 'completions, streamed',
    path: '/v1/completions',
    dialect: 'openai-completions',
    apiType: 'completions',
    fields: { prompt: 'Once', stream: true },
    stream: true,
    priced: true,
  },
  {
    name: 'moderations',
    path: '/v1/moderations',
    dialect: 'openai-moderations',
    apiType: null,
    fields: { input: 'thread' },
    priced: false,
  },
  {
    name: 'images',
    path: '/v1/images/generations',
    dialect: 'openai-images',
    apiType: 'image',
    fields: { prompt: 'thread' },
    priced: true,
  },
  {
    name: 'images, streamed',
    path: '/v1/images/generations',
    dialect: 'openai-images',
    apiType: 'image',
    fields: { prompt: 'thread', stream: true },
    stream: true,
    priced: true,
  },
  {
    name: 'image edits',
    path: '/v1/images/edits',
    dialect: 'openai-image-edits',
    apiType: 'image',
    fields: { prompt: 'thread' },
    file: 'image',
    priced: true,
  },
  {
    name: 'image variations',
    path: '/v1/images/variations',
    dialect: 'openai-image-variations',
    apiType: 'image',
    fields: {},
    file: 'image',
    priced: true,
  },
  {
    name: 'speech',
    path: '/v1/audio/speech',
    dialect: 'openai-speech',
    apiType: 'tts',
    fields: { input: 'thread', voice: 'alloy', response_format: 'wav' },
    priced: false,
  },
  {
    name: 'speech, length unknown',
    path: '/v1/audio/speech',
    dialect: 'openai-speech',
    apiType: 'tts',
    fields: { input: 'thread', voice: 'alloy' },
    priced: false,
  },
  {
    name: 'transcriptions',
    path: '/v1/audio/transcriptions',
    dialect: 'openai-transcriptions',
    apiType: 'stt',
    fields: {},
    file: 'file',
    priced: true,
  },
  {
    name: 'transcriptions, streamed',
    path: '/v1/audio/transcriptions',
    dialect: 'openai-transcriptions',
    apiType: 'stt',
    fields: { stream: 'true' },
    file: 'file',
    stream: true,
    priced: true,
  },
  {
    name: 'translations',
    path: '/v1/audio/translations',
    dialect: 'openai-translations',
    apiType: 'stt',
    fields: {},
    file: 'file',
    priced: true,
  },
];

export const SOUND = Uint8Array.from({ length: 3_000 }, (_, index) => (index * 31) % 256);

export function ask(
  base: string,
  { path, fields, file }: AskedOperation,
  model: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const url = base.replace(/\/v1$/, '') + path;
  if (file === undefined) {
    const body = JSON.stringify({ model, ...fields });
    return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  }
  const form = new FormData();
  form.append('model', model);
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  form.append(file, new File([SOUND], 'a.bin'));
  return fetch(url, { method: 'POST', headers, body: form });
}
