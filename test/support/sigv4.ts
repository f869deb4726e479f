// AWS Signature 4, checked as AWS checks it: written from the published algorithm, apart from the library that signs.
// Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.

import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** As it stood on the wire, with what was encoded in it. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** What is wrong with the signature; undefined when AWS would take it. */
export function signatureProblem(
  request: SignedRequest,
  secretOf: (accessKeyId: string) => string,
): string | undefined {
  const found = FORM.exec(request.headers.get('authorization') ?? '');
  if (found === null) return `no signature: ${request.headers.get('authorization')}`;
  const [, accessKeyId = '', day = '', region = '', service = '', signed = '', signature = ''] = found;
  const moment = request.headers.get('x-amz-date') ?? '';
  if (!moment.startsWith(day)) return 'the day of the scope is not that of the date';
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', moment, scope, sha256(canonicalRequest(request, signed.split(';')))].join(
    '\n',
  );
  const expected = sign(text, secretOf(accessKeyId), [day, region, service]);
  return expected === signature ? undefined : `the signature is ${signature}, not ${expected}`;
}

export function canonicalRequest(
  { method, path, headers, body }: SignedRequest,
  signed: readonly string[],
): string {
  const lines = signed.map((name) => `${name}:${(headers.get(name) ?? '').trim().replaceAll(/ +/g, ' ')}\n`);
  return [method, encodedOnceMore(path), '', lines.join(''), signed.join(';'), sha256(body)].join('\n');
}

/** Every service but S3 encodes each segment of the path a second time. */
function encodedOnceMore(path: string): string {
  const segments = path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replaceAll(
        /[!'()*]/g,
        (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    );
  return segments.join('/');
}

export function sign(text: string, secret: string, scope: readonly string[]): string {
  let key: Buffer | string = `AWS4${secret}`;
  for (const step of [...scope, 'aws4_request']) key = createHmac('sha256', key).update(step).digest();
  return createHmac('sha256', key).update(text).digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
