import { describe, expect, test } from 'bun:test';

import { seededDraw } from './random.ts';
import { boundaryOf, readForm, withField } from './form.ts';

async function bytesOf(form: FormData): Promise<[bytes: Uint8Array<ArrayBuffer>, contentType: string]> {
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: form });
  const contentType = request.headers.get('content-type') ?? '';
  return [new Uint8Array(await request.arrayBuffer()), contentType];
}

function sample(): FormData {
  const form = new FormData();
  form.append('model', 'whisper-1');
  form.append('file', new File([new Uint8Array([0, 13, 10, 45, 45, 255, 13, 10])], 'a.mp3'));
  form.append('timestamp_granularities[]', 'word');
  form.append('timestamp_granularities[]', 'segment');
  form.append('prompt', 'Grüße, 世界');
  return form;
}

async function again(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  return (await new Response(bytes, { headers: { 'content-type': contentType } }).formData()) as FormData;
}

test('reads fields as text, lists as lists, and leaves files where they are', async () => {
  const form = readForm(...(await bytesOf(sample())));
  expect(form?.fields).toEqual({
    model: 'whisper-1',
    'timestamp_granularities[]': ['word', 'segment'],
    prompt: 'Grüße, 世界',
  });
  expect(form?.places.filter(({ file }) => file)).toHaveLength(1);
});

test('changes one field and no other byte', async () => {
  const [bytes, contentType] = await bytesOf(sample());
  const form = readForm(bytes, contentType);
  if (form === undefined) throw new Error('not a form');
  const changed = withField(form, 'model', 'large-v3-turbo');
  const read = await again(changed, contentType);
  expect(read.get('model')).toBe('large-v3-turbo');
  expect(read.getAll('timestamp_granularities[]')).toEqual(['word', 'segment']);
  const file = read.get('file') as File;
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 13, 10, 45, 45, 255, 13, 10]);
  expect(changed.length - bytes.length).toBe('large-v3-turbo'.length - 'whisper-1'.length);
  const restored = readForm(changed, contentType);
  if (restored === undefined) throw new Error('not a form any more');
  expect(withField(restored, 'model', 'whisper-1')).toEqual(bytes);
});

test('a file that is called `model` is not the model', async () => {
  const form = new FormData();
  form.append('model', new File(['x'], 'model'));
  const [bytes, contentType] = await bytesOf(form);
  const read = readForm(bytes, contentType);
  if (read === undefined) throw new Error('not a form');
  expect(read.fields).toEqual({});
  expect(withField(read, 'model', 'y')).toEqual(bytes);
});

describe('what is no whole form is none', () => {
  const type = 'multipart/form-data; boundary=B';
  const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

  test.each([
    ['', type],
    ['--B', type],
    ['--B\r\n', type],
    ['--B\r\ncontent-disposition: form-data; name="a"\r\n\r\nvalue', type],
    ['--C\r\ncontent-disposition: form-data; name="a"\r\n\r\nvalue\r\n--C--', type],
    [`--B\r\nx: ${'y'.repeat(20_000)}\r\n\r\nv\r\n--B--`, type],
    ['--B--', 'application/json'],
    ['--B--', 'multipart/form-data'],
  ])('%p', (text, contentType) => {
    expect(readForm(bytes(text), contentType)).toBeUndefined();
  });

  test('parts without a name or without headers are passed over', () => {
    const text = '--B\r\n\r\nnothing\r\n--B\r\ncontent-disposition: form-data; name=a\r\n\r\n\r\n--B--\r\n';
    expect(readForm(bytes(text), type)?.fields).toEqual({ a: '' });
  });

  test('`__proto__` is a name like no other', () => {
    const text = '--B\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\nx\r\n--B--';
    expect(readForm(bytes(text), type)?.fields).toEqual({});
  });

  test('a form cut anywhere is none, and never throws', async () => {
    const [whole, contentType] = await bytesOf(sample());
    const closing = `\r\n--${boundaryOf(contentType)}--`.length;
    for (let end = 0; end < whole.length - closing - 2; end += 1) {
      expect(readForm(whole.slice(0, end), contentType)).toBeUndefined();
    }
  });

  test('random bytes never throw', () => {
    const draw = seededDraw(7);
    const alphabet = ['--B', '\r\n', 'name="a"', ';', 'content-disposition: form-data', ':', 'x', '--'];
    for (let run = 0; run < 5_000; run += 1) {
      let text = '--B';
      for (let n = draw() * 20; n > 0; n -= 1) text += alphabet[Math.floor(draw() * alphabet.length)] ?? '';
      readForm(bytes(text), type);
    }
  });
});

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['Multipart/Form-Data; charset=utf-8; boundary="a b"', 'a b'],
  ['multipart/mixed; boundary=abc', undefined],
  ['application/json', undefined],
])('the boundary of %p', (contentType, boundary) => {
  expect(boundaryOf(contentType)).toBe(boundary as string);
});
