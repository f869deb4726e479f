import { describe, expect, test } from 'bun:test';

import { languageOf } from './language.ts';
import { taskOf } from './task.ts';

describe('taskOf', () => {
  test.each([
    ['Write a Python function that reverses a list.', 'code'],
    ['```ts\nconst a = 1;\n```\nWhy does this not compile?', 'code'],
    ['Prove that the sum of two even numbers is even.', 'math'],
    ['Solve the equation x^2 = 2 and calculate the derivative.', 'math'],
    ['Translate this into German: Good morning.', 'translation'],
    ['Übersetze das bitte.', 'translation'],
    ['请翻译这句话', 'translation'],
    ['Summarize the following article in three sentences.', 'summary'],
    ['Extract the fields of this invoice as JSON.', 'extraction'],
    ['Write a poem about autumn.', 'writing'],
    ['How are you today?', 'chat'],
    ['', 'chat'],
    // A word within another word is not that word.
    ['The undefined classical important digit.', 'chat'],
  ])('%p is %s', (text, task) => {
    expect<string>(taskOf(text)).toBe(task);
  });
});

describe('languageOf', () => {
  test.each([
    ['What is the capital of this country?', 'en'],
    ['Wie ist das Wetter und warum nicht der Regen?', 'de'],
    ['Quelle est la capitale de la France et des autres?', 'fr'],
    ['¿Cómo se llama el presidente y por qué es una pregunta?', 'es'],
    ['Как дела сегодня?', 'ru'],
    ['今日は天気がいいですね', 'ja'],
    ['今天天气很好', 'zh'],
    ['오늘 날씨가 좋네요', 'ko'],
    ['كيف حالك اليوم', 'ar'],
    ['आज मौसम अच्छा है', 'hi'],
    ['xyz', ''],
    ['', ''],
  ])('%p is %p', (text, language) => {
    expect(languageOf(text)).toBe(language);
  });
});
