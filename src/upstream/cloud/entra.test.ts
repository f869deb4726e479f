import { afterAll, describe, expect, test } from 'bun:test';

import { SystemClock } from '#base/system-clock.ts';
import { EntraTokens } from './entra.ts';
import type { Entra } from './entra.ts';

const calm = new AbortController().signal;
const AUTH: Entra = { scheme: 'entra', scope: 'https://cognitiveservices.azure.com/.default' };

const asked: { url: URL; headers: Headers; form: Record<string, string> }[] = [];
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: async (request) => {
    const form = Object.fromEntries(new URLSearchParams(await request.text()));
    asked.push({ url: new URL(request.url), headers: request.headers, form });
    if (form['client_secret'] === 'wrong') {
      return Response.json(
        { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' },
        { status: 401 },
      );
    }
    const machine = new URL(request.url).pathname.startsWith('/metadata');
    const moment = Math.floor(Date.now() / 1_000) + 3_600;
    return Response.json({
      access_token: 'eyJ.token',
      ...(machine ? { expires_on: String(moment) } : { expires_in: 3_599 }),
    });
  },
});
const base = `http://127.0.0.1:${server.port}`;
const tokens = (env: Record<string, string>) =>
  new EntraTokens(new SystemClock(), {
    env: { AZURE_AUTHORITY_HOST: `${base}/`, ...env },
    readFile: (path) => Promise.resolve(`content of ${path}\n`),
    metadataUrl: base,
  });

afterAll(() => server.stop(true));

describe('tokens of Entra', () => {
  test('for a client’s secret, once for many calls', async () => {
    const auth = { ...AUTH, tenant: 'contoso', client: 'app' };
    const one = tokens({});
    const all = await Promise.all(Array.from({ length: 10 }, () => one.token('a#1', auth, 's3cret', calm)));
    expect(new Set(all)).toEqual(new Set(['eyJ.token']));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url.pathname).toBe('/contoso/oauth2/v2.0/token');
    expect(asked[0]?.form).toEqual({
      grant_type: 'client_credentials',
      scope: AUTH.scope,
      client_id: 'app',
      client_secret: 's3cret',
    });
  });

  test('for the environment’s client, and for a federated token', async () => {
    const env = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c' };
    await tokens({ ...env, AZURE_CLIENT_SECRET: 'x' }).token('a', AUTH, undefined, calm);
    expect(asked.at(-1)?.form).toMatchObject({ client_id: 'c', client_secret: 'x' });
    await tokens({ ...env, AZURE_FEDERATED_TOKEN_FILE: '/token' }).token('a', AUTH, undefined, calm);
    expect(asked.at(-1)?.form).toMatchObject({
      client_assertion: 'content of /token',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  });

  test('of the identity of a virtual machine, and of an app service', async () => {
    await tokens({}).token('a', { ...AUTH, client: 'mine' }, undefined, calm);
    const { url, headers } = asked.at(-1) ?? {};
    expect(url?.pathname).toBe('/metadata/identity/oauth2/token');
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      resource: 'https://cognitiveservices.azure.com',
      client_id: 'mine',
      'api-version': '2018-02-01',
    });
    expect(headers?.get('metadata')).toBe('true');
    await tokens({ IDENTITY_ENDPOINT: `${base}/msi`, IDENTITY_HEADER: 'proof' }).token(
      'a',
      AUTH,
      undefined,
      calm,
    );
    expect(asked.at(-1)?.url.pathname).toBe('/msi');
    expect(asked.at(-1)?.headers.get('x-identity-header')).toBe('proof');
  });

  test('that are refused say why; a secret needs its client', async () => {
    const auth = { ...AUTH, tenant: 't', client: 'c' };
    expect(tokens({}).token('a', auth, 'wrong', calm)).rejects.toThrow('AADSTS7000215');
    expect(tokens({}).token('a', AUTH, 'alone', calm)).rejects.toThrow('`tenant` and `client`');
    await Bun.sleep(20);
  });
});
