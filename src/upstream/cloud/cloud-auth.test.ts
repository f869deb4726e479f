import { afterAll, describe, expect, test } from 'bun:test';

import { Secret } from '#base/secret.ts';
import { SystemClock } from '#base/system-clock.ts';
import { failure } from '#canonical/failure.ts';
import type { AmbientScheme } from '#providers/entry.ts';
import { CloudAuth } from './cloud-auth.ts';

const calm = new AbortController().signal;
let asked = 0;
let answers = true;
const login = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: async (request) => {
    asked += 1;
    const form = new URLSearchParams(await request.text());
    if (!answers)
      await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
    return Response.json({ access_token: `token for ${form.get('client_secret')}`, expires_in: 3_600 });
  },
});
afterAll(() => login.stop(true));

const ENTRA: AmbientScheme = {
  scheme: 'entra',
  scope: 'https://x.example/.default',
  tenant: 't',
  client: 'c',
};
const SIGV4: AmbientScheme = { scheme: 'aws-sigv4', service: 'bedrock', region: 'eu-west-1' };
const credential = (secret: string) => ({ id: 'p#1', secret: new Secret(secret), weight: 1 });
const cloud = () =>
  new CloudAuth(new SystemClock(), { env: { AZURE_AUTHORITY_HOST: `http://127.0.0.1:${login.port}` } });

async function authorised(
  auth: CloudAuth,
  scheme: AmbientScheme,
  secret: string,
  signal = calm,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  const call = { url: 'https://p.example/model/x%3A0/converse', headers, body: '{}', provider: 'p' };
  const failed = await auth.authorise(call, scheme, credential(secret), signal);
  return failed === undefined ? headers : { failed: failed.code, detail: JSON.stringify(failed.detail) };
}

describe('authorisation that takes a wait', () => {
  test('a token, kept; another secret under the same id is another token', async () => {
    const auth = cloud();
    asked = 0;
    expect(await authorised(auth, ENTRA, 'one')).toEqual({ authorization: 'Bearer token for one' });
    await authorised(auth, ENTRA, 'one');
    expect(asked).toBe(1);
    expect(await authorised(auth, ENTRA, 'two')).toEqual({ authorization: 'Bearer token for two' });
    auth.refused(ENTRA, 'p', credential('two'));
    await authorised(auth, ENTRA, 'two');
    expect(asked).toBe(3);
  });

  test('a key pair signs, any other secret is an API key', async () => {
    const signed = await authorised(cloud(), SIGV4, 'AKIAIOSFODNN7EXAMPLE:secret');
    expect(signed['authorization']).toContain('/eu-west-1/bedrock/aws4_request');
    expect(signed['host']).toBeUndefined();
    expect(await authorised(cloud(), SIGV4, 'ABSKkey')).toEqual({ authorization: 'Bearer ABSKkey' });
  });

  test('what cannot be had is the provider’s failure, with the reason and without the secret', async () => {
    const { failed, detail } = await authorised(cloud(), { scheme: 'google' }, 'AIza-not-a-key-file');
    expect(failed).toBe('upstream_auth');
    expect(detail).toContain('service account');
    expect(detail).not.toContain('AIza');
  });

  test('an attempt that is given up gives its own reason, at once', async () => {
    answers = false;
    const leaving = new AbortController();
    const waiting = authorised(cloud(), ENTRA, 'slow', leaving.signal);
    setTimeout(() => leaving.abort(failure('first_content_timeout', 'too slow')), 20);
    const startedAt = performance.now();
    expect((await waiting)['failed']).toBe('first_content_timeout');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    answers = true;
  });
});
