import { describe, expect, test } from 'vitest';
import { pgValueToJson, type ValueKind } from './pg-value.ts';

const array = (of: Exclude<ValueKind, object>) => ({ array: of, delimiter: ',' });

describe('a value of PostgreSQL as JSON', () => {
  test.each<[string, ValueKind, string | null, string]>([
    ['NULL', 'number', null, 'null'],
    [
      'a number keeps all its digits',
      'number',
      '12345678901234567890.12345678901234567890',
      '12345678901234567890.12345678901234567890',
    ],
    ['a 64-bit number', 'number', '-9223372036854775808', '-9223372036854775808'],
    ['a float', 'number', '1e-07', '1e-07'],
    ['NaN, which JSON does not have', 'number', 'NaN', '"NaN"'],
    ['infinity', 'number', '-Infinity', '"-Infinity"'],
    ['true', 'boolean', 't', 'true'],
    ['false', 'boolean', 'f', 'false'],
    ['JSON, as it is', 'json', '{"b": 1.0, "a": [null]}', '{"b": 1.0, "a": [null]}'],
    ['a time', 'timestamptz', '2026-11-26 09:30:00.123456+00', '"2026-11-26T09:30:00.123456Z"'],
    ['a time without a fraction', 'timestamptz', '2026-11-26 09:30:00+00', '"2026-11-26T09:30:00Z"'],
    ['a time before Christ', 'timestamptz', '0044-03-15 12:00:00+00 BC', '"0044-03-15 12:00:00+00 BC"'],
    ['the end of time', 'timestamptz', 'infinity', '"infinity"'],
    ['a time without zone', 'timestamp', '2026-11-26 09:30:00.5', '"2026-11-26T09:30:00.5"'],
    ['text', 'text', 'a "b"\n\\é', '"a \\"b\\"\\n\\\\é"'],
    ['an empty array', array('text'), '{}', '[]'],
    ['numbers', array('number'), '{1,-2.50,NULL,NaN}', '[1,-2.50,null,"NaN"]'],
    [
      'texts',
      array('text'),
      '{a,"b c","with \\"quotes\\" and \\\\",NULL,"NULL",""}',
      '["a","b c","with \\"quotes\\" and \\\\",null,"NULL",""]',
    ],
    ['nested arrays', array('boolean'), '{{t,f},{f,NULL}}', '[[true,false],[false,null]]'],
    ['other bounds', array('number'), '[0:1]={7,8}', '[7,8]'],
    ['JSON in arrays', array('json'), '{"{\\"a\\": 1}",2}', '[{"a": 1},2]'],
    ['times in arrays', array('timestamptz'), '{"2026-11-26 09:30:00+00"}', '["2026-11-26T09:30:00Z"]'],
    ['a vector, which is no array in text', array('number'), '1 2', '"1 2"'],
  ])('%s', (_what, kind, text, json) => {
    expect(pgValueToJson(kind, text)).toBe(json);
    expect(() => JSON.parse(json)).not.toThrow();
  });

  test('another delimiter', () => {
    expect(pgValueToJson({ array: 'text', delimiter: ';' }, '{(1,2);(3,4)}')).toBe('["(1,2)","(3,4)"]');
  });
});
