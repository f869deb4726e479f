import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SystemClock } from '#base/system-clock.ts';
import { canonicalRequest, sign, signatureProblem } from '../../../test/support/sigv4.ts';
import { readAnswer, send } from '../http-client.ts';
import { AwsSigner, readKeyPair } from './aws.ts';

const KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const AUTH = { scheme: 'aws-sigv4', service: 'bedrock', region: 'eu-central-1' } as const;
const calm = new AbortController().signal;

test('the judge of this test knows the published vectors', () => {
  // get-vanilla and post-vanilla of AWS's own test suite of the signature.
  const headers = new Headers({ host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' });
  const vectors = [
    ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ] as const;
  for (const [method, signature] of vectors) {
    const canonical = canonicalRequest({ method, path: '/', headers, body: '' }, ['host', 'x-amz-date']);
    const digest = new Bun.CryptoHasher('sha256').update(canonical).digest('hex');
    const scope = '20150830/us-east-1/service/aws4_request';
    const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n${scope}\n${digest}`;
    expect(sign(text, KEYS.secretAccessKey, ['20150830', 'us-east-1', 'service'])).toBe(signature);
  }
});

test.each([
  ['AKIAIOSFODNN7EXAMPLE:abc/+=', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'abc/+=' }],
  [
    'ASIAIOSFODNN7EXAMPLE:abc:token==',
    { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'abc', sessionToken: 'token==' },
  ],
  ['ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl', undefined],
  ['short:abc', undefined],
])('the secret %s', (secret, pair) => expect(readKeyPair(secret)).toEqual(pair as never));

/** Answers 200 when the signature is right, else 403 with what is wrong. */
function verifying(secretOf: (id: string) => string) {
  const seen: { headers: Headers; path: string }[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      // The path as it was written, before anybody decodes it.
      const path = request.url.replace(/^https?:\/\/[^/]+/, '');
      const { method, headers } = request;
      seen.push({ headers, path });
      const problem = signatureProblem({ method, path, headers, body: await request.text() }, secretOf);
      return Response.json({ problem }, { status: problem === undefined ? 200 : 403 });
    },
  });
  return { server, seen, url: `http://127.0.0.1:${server.port}` };
}

async function call(
  signer: AwsSigner,
  url: string,
  keys?: Parameters<AwsSigner['sign']>[2],
): Promise<string> {
  const unsigned = {
    url,
    headers: { 'content-type': 'application/json', accept: 'x/y' },
    body: '{"text":"zażółć"}',
  };
  const headers = await signer.sign(unsigned, AUTH, keys, calm);
  const sent = await send({ url, headers, body: unsigned.body }, calm);
  if (!sent.ok) throw new Error(sent.error.message);
  const text = await readAnswer(sent.value, calm);
  return `${sent.value.status} ${text.ok ? text.value : text.error.code}`;
}

describe('signatures', () => {
  const bedrock = verifying(() => KEYS.secretAccessKey);
  const signer = new AwsSigner(new SystemClock());

  test.each([
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.x',
  ])('hold for the path of %s, which is encoded twice', async (model) => {
    const url = `${bedrock.url}/model/${encodeURIComponent(model)}/converse`;
    expect(await call(signer, url, KEYS)).toBe('200 {}');
    expect(bedrock.seen.at(-1)?.path).toContain('%3A');
  });

  test('carry the session token', async () => {
    expect(await call(signer, `${bedrock.url}/a`, { ...KEYS, sessionToken: 'session' })).toBe('200 {}');
    expect(bedrock.seen.at(-1)?.headers.get('x-amz-security-token')).toBe('session');
    expect(bedrock.seen.at(-1)?.headers.get('authorization')).toContain('x-amz-security-token');
  });

  test('do not hold with another secret: the judge sees it', async () => {
    expect(await call(signer, `${bedrock.url}/a`, { ...KEYS, secretAccessKey: 'other' })).toStartWith('403');
  });
});

describe('credentials of the machine', () => {
  const ours = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
  const kept = Object.fromEntries(ours.map((name) => [name, process.env[name]]));
  const clear = (): void => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  };
  const bedrock = verifying((id) => (id === KEYS.accessKeyId ? KEYS.secretAccessKey : `secret of ${id}`));
  let directory = '';

  beforeEach(() => {
    clear();
    directory = mkdtempSync(join(tmpdir(), 'clew-aws-'));
    // No files of whoever runs the test.
    process.env['AWS_CONFIG_FILE'] = join(directory, 'config');
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(directory, 'credentials');
  });
  afterEach(() => {
    clear();
    Object.assign(process.env, kept);
    rmSync(directory, { recursive: true, force: true });
  });

  const signer = () => new AwsSigner(new SystemClock());
  const url = `${bedrock.url}/model/m%3A0/converse`;
  const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();

  test('the environment', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = KEYS.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = KEYS.secretAccessKey;
    expect(await call(signer(), url)).toBe('200 {}');
  });

  test('a shared file', async () => {
    const text = `[default]\naws_access_key_id=${KEYS.accessKeyId}\naws_secret_access_key=${KEYS.secretAccessKey}\n`;
    writeFileSync(process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? '', text);
    expect(await call(signer(), url)).toBe('200 {}');
  });

  test('a web identity, exchanged once for many calls', async () => {
    const forms: string[] = [];
    const sts = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        forms.push(await request.text());
        const keys = `<AccessKeyId>ASIAWEBIDENTITY00000</AccessKeyId><SecretAccessKey>secret of ASIAWEBIDENTITY00000</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${soon()}</Expiration>`;
        const body = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>${keys}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
        return new Response(body, { headers: { 'content-type': 'text/xml' } });
      },
    });
    writeFileSync(join(directory, 'token'), 'the-web-identity');
    process.env['AWS_WEB_IDENTITY_TOKEN_FILE'] = join(directory, 'token');
    process.env['AWS_ROLE_ARN'] = 'arn:aws:iam::012345678901:role/clew';
    process.env['AWS_ENDPOINT_URL_STS'] = `http://127.0.0.1:${sts.port}`;
    const one = signer();
    const answers = await Promise.all(Array.from({ length: 10 }, () => call(one, url)));
    expect(new Set(answers)).toEqual(new Set(['200 {}']));
    expect(forms).toHaveLength(1);
    expect(forms[0]).toContain('WebIdentityToken=the-web-identity');
    expect(bedrock.seen.at(-1)?.headers.get('x-amz-security-token')).toBe('session');
    await sts.stop(true);
  });

  test('the role of an instance', async () => {
    const asked: string[] = [];
    const imds = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => {
        const { pathname } = new URL(request.url);
        asked.push(`${request.method} ${pathname}`);
        if (pathname === '/latest/api/token') return new Response('imds-token');
        if (pathname.endsWith('/security-credentials/')) return new Response('role-of-clew');
        return Response.json({
          Code: 'Success',
          AccessKeyId: 'ASIAINSTANCEROLE0000',
          SecretAccessKey: 'secret of ASIAINSTANCEROLE0000',
          Token: 'session',
          Expiration: soon(),
        });
      },
    });
    process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = `http://127.0.0.1:${imds.port}`;
    expect(await call(signer(), url)).toBe('200 {}');
    expect(asked[0]).toBe('PUT /latest/api/token');
    await imds.stop(true);
  });

  test('the role of a container', async () => {
    const agent = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () =>
        Response.json({
          AccessKeyId: 'ASIACONTAINERROLE000',
          SecretAccessKey: 'secret of ASIACONTAINERROLE000',
          Token: 'session',
          Expiration: soon(),
        }),
    });
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `http://127.0.0.1:${agent.port}/credentials`;
    expect(await call(signer(), url)).toBe('200 {}');
    await agent.stop(true);
  });

  test('none at all', () => {
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
    expect(signer().sign({ url, headers: {}, body: '' }, AUTH, undefined, calm)).rejects.toThrow();
  });
});
