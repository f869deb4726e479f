import { describe, expect, test } from 'bun:test';

import { loadCatalogue } from './catalogue-files.ts';
import { loadConfig } from './load.ts';
import { VOCABULARIES } from '#dialects/index.ts';

const catalogue = loadCatalogue();
if (!catalogue.ok) throw new Error(catalogue.error.join('\n'));

function load(text: string | undefined, env: Record<string, string> = {}) {
  return loadConfig({
    text,
    env,
    catalogue: catalogue.ok ? catalogue.value : new Map(),
    vocabularies: VOCABULARIES,
  });
}

function provider(id: string, text: string | undefined, env: Record<string, string> = {}) {
  const loaded = load(text, env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const on = loaded.value.providers.get(id);
  if (on === undefined) throw new Error(`${id} is off`);
  return { ...on, urls: Object.values(on.entry.speaks).map(({ url }) => url) };
}

function problems(text: string, env: Record<string, string> = {}): readonly string[] {
  const loaded = load(text, env);
  if (loaded.ok) return [];
  return loaded.error.map(({ path, message, expected }) => `${path}: ${message} (${expected ?? ''})`);
}

describe('variables of an address', () => {
  const bedrock = (region: string): string => `https://bedrock-runtime.${region}.amazonaws.com`;

  test('come from the file, from the environment, from the entry', () => {
    const file = 'providers: { bedrock: { variables: { region: eu-central-1 } } }';
    expect(provider('bedrock', file, { AWS_REGION: 'us-west-2' }).urls).toEqual([bedrock('eu-central-1')]);
    const bare = 'providers: { bedrock: {} }';
    expect(provider('bedrock', bare, { AWS_DEFAULT_REGION: 'us-west-2' }).urls).toEqual([
      bedrock('us-west-2'),
    ]);
    const { urls, entry, credentials } = provider('bedrock', bare);
    expect(urls).toEqual([bedrock('us-east-1')]);
    expect(entry.auth).toMatchObject({ scheme: 'aws-sigv4', region: 'us-east-1' });
    expect(credentials).toEqual([]);
  });

  test('may stand for a place that has no such part', () => {
    const env = { GOOGLE_CLOUD_PROJECT: 'p', GOOGLE_CLOUD_LOCATION: 'global' };
    expect(provider('vertex', 'providers: { vertex: {} }', env).urls).toEqual([
      'https://aiplatform.googleapis.com/v1/projects/p/locations/global',
      'https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/endpoints/openapi',
    ]);
    expect(provider('vertex-claude', 'providers: { vertex-claude: {} }', env).urls).toEqual([
      'https://aiplatform.googleapis.com/v1/projects/p/locations/global',
    ]);
  });

  test('that are missing are named, with where they are looked for', () => {
    expect(problems('providers: { vertex: {} }')).toEqual([
      'providers.vertex: the URL of this provider needs a value for {project} (variables: { project: … }, or the environment variable GOOGLE_VERTEX_PROJECT or GOOGLE_CLOUD_PROJECT)',
    ]);
  });

  test.each(['evil.example', 'a/b', 'x:80', 'u@h', 'a b', '-a', '#', ''])('cannot be %j', (value) => {
    const said = problems(`providers: { bedrock: { variables: { region: ${JSON.stringify(value)} } } }`);
    expect(said.join()).toContain('a part of a host or of a path');
    if (value !== '') {
      expect(problems('providers: { bedrock: {} }', { AWS_REGION: value }).join()).toContain(
        'in the environment is not',
      );
    }
  });

  test('that no address has are a mistake', () => {
    expect(problems('providers: { bedrock: { variables: { regoin: eu-west-1 } } }').join()).toContain(
      'no such variable',
    );
  });

  test('stand in an operator’s own address too', () => {
    const text =
      'providers: { own: { dialect: openai-chat, url: "https://{team}.example.com/v1", auth: none, variables: { team: a } } }';
    expect(provider('own', text).urls).toEqual(['https://a.example.com/v1']);
    expect(
      problems(
        'providers: { own: { dialect: openai-chat, url: "https://{team}.example.com", auth: none } }',
      ).join(),
    ).toContain('needs a value for {team}');
  });
});

describe('switched on by the environment', () => {
  test('a key of Bedrock, or that of an AWS account', () => {
    expect(provider('bedrock', undefined, { AWS_BEARER_TOKEN_BEDROCK: 'ABSK' }).credentials).toHaveLength(1);
    expect(provider('bedrock', undefined, { AWS_ACCESS_KEY_ID: 'AKIA' }).credentials).toEqual([]);
  });

  test('an address that is not known in full is none', () => {
    const off = load(undefined, {
      GOOGLE_APPLICATION_CREDENTIALS: '/key.json',
      AZURE_API_KEY: 'k',
      OPENAI_API_KEY: 'o',
    });
    if (!off.ok) throw new Error(JSON.stringify(off.error));
    expect([...off.value.providers.keys()]).toEqual(['openai']);
    const env = { GOOGLE_APPLICATION_CREDENTIALS: '/key.json', GOOGLE_CLOUD_PROJECT: 'p' };
    expect(provider('vertex', undefined, env).urls).toEqual([
      'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1',
      'https://us-central1-aiplatform.googleapis.com/v1beta1/projects/p/locations/us-central1/endpoints/openapi',
    ]);
    const azure = provider('azure-openai', undefined, { AZURE_API_KEY: 'k', AZURE_RESOURCE_NAME: 'r' });
    expect(new Set(azure.urls)).toEqual(new Set(['https://r.openai.azure.com/openai/v1']));
  });
});

describe('schemes in the file', () => {
  const azure = (auth: string, more = ''): string =>
    `providers: { azure-openai: { variables: { resource: r }, auth: ${auth}${more} } }`;

  test('Entra, by the identity of the machine or by a client’s secret', () => {
    expect(provider('azure-openai', azure('{ entra: {} }'))).toMatchObject({
      entry: { auth: { scheme: 'entra', scope: 'https://cognitiveservices.azure.com/.default' } },
      credentials: [],
    });
    const text = azure('{ entra: { tenant: t, client: c } }', ', credentials: [ { secret: env:S } ]');
    expect(provider('azure-openai', text, { S: 's' }).credentials[0]?.secret.reveal()).toBe('s');
  });

  test('Google and AWS for an operator’s own address', () => {
    const own = (auth: string): string =>
      `providers: { own: { dialect: openai-chat, url: "https://x.example.com", auth: ${auth} } }`;
    expect(provider('own', own('google')).entry.auth).toEqual({ scheme: 'google' });
    expect(provider('own', own('{ aws-sigv4: { region: eu-west-1 } }')).entry.auth).toEqual({
      scheme: 'aws-sigv4',
      service: 'bedrock',
      region: 'eu-west-1',
    });
    expect(problems(own('{ aws-sigv4: {} }')).join()).not.toBe('');
  });
});
