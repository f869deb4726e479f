import { afterAll, describe, expect, test } from 'bun:test';
import { createVerify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { asObject, parseJson } from '#base/json.ts';
import { SystemClock } from '#base/system-clock.ts';
import { googleKeyFile } from '../../../test/support/google-key-file.ts';
import { GoogleTokens } from './google.ts';

const calm = new AbortController().signal;
const { text: KEY_FILE, publicKey, email } = googleKeyFile();

interface Asked {
  readonly path: string;
  readonly form: URLSearchParams;
}

function tokenService(answer: (asked: Asked) => Response) {
  const asked: Asked[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const text = await request.text();
      const parsed = asObject(parseJson(text));
      const form = new URLSearchParams(parsed === undefined ? text : (parsed as Record<string, string>));
      const one = { path: new URL(request.url).pathname, form };
      asked.push(one);
      return answer(one);
    },
  });
  // The library knows only the public address of the token service: this sends its calls to the loopback one.
  const redirected = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    return fetch(`http://127.0.0.1:${server.port}${url.pathname}${url.search}`, init);
  };
  return { asked, server, redirected, port: server.port };
}

const token = (value: string): Response =>
  Response.json({ access_token: value, expires_in: 3_600, token_type: 'Bearer' });

/** The claims, when the signature is that of our key. */
function claimsOf(assertion: string): unknown {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const verify = createVerify('RSA-SHA256').update(`${head}.${body}`);
  if (!verify.verify(publicKey, signature, 'base64url')) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString());
}

describe('access tokens', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clew-google-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('for a service account: its key signs, once for many calls', async () => {
    const service = tokenService(() => token('ya29.one'));
    const tokens = new GoogleTokens(new SystemClock(), service.redirected);
    const all = await Promise.all(Array.from({ length: 10 }, () => tokens.token('v#1', KEY_FILE, calm)));
    expect(new Set(all)).toEqual(new Set(['ya29.one']));
    expect(service.asked).toHaveLength(1);
    expect(claimsOf(service.asked[0]?.form.get('assertion') ?? '')).toMatchObject({
      iss: email,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    });
    tokens.forget('v#1');
    await tokens.token('v#1', KEY_FILE, calm);
    expect(service.asked).toHaveLength(2);
    await service.server.stop(true);
  });

  test('for a workload of another cloud: its token is exchanged', async () => {
    const service = tokenService(() => token('ya29.federated'));
    writeFileSync(join(directory, 'subject'), 'the-subject-token');
    const file = JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `http://127.0.0.1:${service.port}/v1/token`,
      credential_source: { file: join(directory, 'subject') },
    });
    const tokens = new GoogleTokens(new SystemClock(), service.redirected);
    expect(await tokens.token('v#1', file, calm)).toBe('ya29.federated');
    expect(service.asked.at(-1)?.path).toBe('/v1/token');
    expect(service.asked.at(-1)?.form.get('subject_token')).toBe('the-subject-token');
    await service.server.stop(true);
  });

  test('of what the machine has: a file that the environment names', async () => {
    const service = tokenService(() => token('ya29.machine'));
    writeFileSync(join(directory, 'key.json'), KEY_FILE);
    const before = process.env['GOOGLE_APPLICATION_CREDENTIALS'];
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(directory, 'key.json');
    const tokens = new GoogleTokens(new SystemClock(), service.redirected);
    expect(await tokens.token('vertex', undefined, calm)).toBe('ya29.machine');
    if (before === undefined) delete process.env['GOOGLE_APPLICATION_CREDENTIALS'];
    else process.env['GOOGLE_APPLICATION_CREDENTIALS'] = before;
    await service.server.stop(true);
  });

  test('that are refused, and secrets that are no key file', async () => {
    const service = tokenService(() => Response.json({ error: 'invalid_grant' }, { status: 400 }));
    const tokens = new GoogleTokens(new SystemClock(), service.redirected);
    expect(tokens.token('a', KEY_FILE, calm)).rejects.toThrow('invalid_grant');
    expect(tokens.token('b', 'AIzaSy', calm)).rejects.toThrow('not the JSON of a service account');
    await Bun.sleep(50);
    await service.server.stop(true);
  });
});
