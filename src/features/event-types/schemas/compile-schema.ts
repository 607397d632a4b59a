import { setFlagsFromString } from 'node:v8';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { canonicalOf } from '#core/json/canonical-json.ts';

// V8 then switches to its linear engine when a pattern backtracks a lot, so `^(a+)+$` takes microseconds on any text.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

/**
 * Compiles a JSON Schema of draft 2020-12 (also draft 7's keywords that it kept), with formats. What a schema does can
 * take as long as its author likes: only for threads that can be ended.
 * @throws Error with the schema's first mistake.
 */
export function compileSchema(schema: object): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: false,
    strict: false,
    validateFormats: true,
    logger: false,
    // `toString` is no member of data that has none.
    ownProperties: true,
    code: { regExp: Object.assign(patternOf, { code: 'new RegExp' }) },
  });
  formats.default(ajv);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    validate: (isAsked: boolean, items: unknown[]) => !isAsked || new Set(items.map(canonicalOf)).size === items.length,
  });
  return ajv.compile(schema);
}

/** Unicode mode has no linear engine; it means the same where neither the pattern nor the text is beyond the BMP. */
const NEEDS_UNICODE = /[^\x20-\x7e]|\\[pPuUk]/;
const SURROGATE = /[\ud800-\udfff]/;

function patternOf(pattern: string, flags: string): RegExp | { test(text: string): boolean; toString(): string } {
  const unicode = new RegExp(pattern, flags);
  if (NEEDS_UNICODE.test(pattern)) return unicode;
  const plain = new RegExp(pattern);
  return {
    test: (text) => (SURROGATE.test(text) ? unicode : plain).test(text),
    // Ajv tells patterns apart by it.
    toString: () => unicode.toString(),
  };
}
