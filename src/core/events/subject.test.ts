import { expect, test } from 'vitest';
import { isSubject, isSubjectPointer, subjectAt } from './subject.ts';

const at = (pointer: string, json: string) => subjectAt(pointer, JSON.parse(json), json);

test('a subject is the string or the number that the pointer leads to', () => {
  expect(at('/run_id', '{"run_id":"run_281649"}')).toBe('run_281649');
  expect(at('/order/id', '{"order":{"id":17}}')).toBe('17');
  expect(at('/lines/1/sku', '{"lines":[{"sku":"a"},{"sku":"b"}]}')).toBe('b');
  expect(at('/a~1b/c~0d', '{"a/b":{"c~d":"x"}}')).toBe('x');
});

test('a number keeps all its digits', () => {
  expect(at('/id', '{"id": 12345678901234567890 }')).toBe('12345678901234567890');
  expect(at('/a/id', '{"a":{"id":9007199254740993}}')).toBe('9007199254740993');
});

test('an event without a usable value at the pointer has no subject', () => {
  for (const json of ['{}', '{"id":null}', '{"id":true}', '{"id":{}}', '{"id":["x"]}', '{"id":""}', '{"id":" "}'])
    expect(at('/id', json)).toBeNull();
  expect(at('/id', JSON.stringify({ id: 'x'.repeat(129) }))).toBeNull();
  expect(at('/id', JSON.stringify({ id: 'a\nb' }))).toBeNull();
  expect(at('/toString', '{}')).toBeNull();
  expect(at('/__proto__/x', '{}')).toBeNull();
});

test('a subject has 1 to 128 characters and none that control a terminal', () => {
  expect(isSubject('x'.repeat(128))).toBe(true);
  expect(isSubject('😀'.repeat(128))).toBe(true);
  expect(isSubject('😀'.repeat(129))).toBe(false);
  expect(isSubject('a\u001b[31m')).toBe(false);
});

test('a pointer is one of RFC 6901 to a member', () => {
  for (const good of ['/id', '/a/b', '/a~1b', '/lines/0/sku', '/']) expect(isSubjectPointer(good)).toBe(true);
  for (const bad of ['', 'id', '$.id', '/a~2', '/a~']) expect(isSubjectPointer(bad)).toBe(false);
});
