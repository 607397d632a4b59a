import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BROWSER_NAMES, expectedOf, readCspSamples } from '#testing/csp/sample.ts';
import { createRecordMaker } from './record.ts';
import { isViolation, parseReports, type Report } from './report.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const parse = (value: unknown) => parseReports(bytes(value)).reports;
const only = (value: unknown): Report => {
  const reports = parse(value);
  expect(reports).toHaveLength(1);
  return reports[0] as Report;
};

describe('what browsers really sent', () => {
  test.each(readCspSamples())('$file lands whole, with the right directives, kinds and browser', (sample) => {
    const records = createRecordMaker();
    const context = { userAgent: sample.user_agent, disposition: null };
    const { reports, rejected, notJson } = parseReports(sample.body);
    expect({ rejected, notJson }).toEqual({ rejected: 0, notJson: false });
    const landed = reports.map((report) => {
      if (!isViolation(report)) return { is: report.type, browser: records.other(report, context).browser };
      const { csp } = records.violation(report, context);
      return { is: [csp.directive, csp.blocked_kind, csp.blocked_host], browser: csp.browser };
    });
    expect(landed).toEqual(expectedOf(sample).map((is) => ({ is, browser: BROWSER_NAMES[sample.browser] })));
  });

  test('the old form and the Reporting API are told apart by shape, not by content type', () => {
    const forms = readCspSamples()
      .filter(({ expect }) => expect === 'csp')
      .map(({ file, body }) => [file.includes('-uri-enf') ? 'report-uri' : 'report-to', parseReports(body)] as const);
    for (const [form, { reports }] of forms) for (const report of reports) expect(report.form).toBe(form);
  });
});

describe('every shape and spelling', () => {
  const kebab = {
    'document-uri': 'https://a.example/',
    'blocked-uri': 'inline',
    'effective-directive': 'img-src',
    'line-number': '12',
    'column-number': 7.5,
    'status-code': '200',
    'source-file': null,
    'script-sample': '',
  };
  const expected = {
    type: 'csp-violation',
    directive: 'img-src',
    blocked: 'inline',
    document: 'https://a.example/',
    line: 12,
    column: 7,
    statusCode: 200,
    sourceFile: '',
    sample: '',
  };
  const snake = Object.fromEntries(Object.entries(kebab).map(([key, value]) => [key.replaceAll('-', '_'), value]));

  test.each([
    ['the old wrapped form', { 'csp-report': kebab }],
    ['the bare old form', kebab],
    ["WebKit's wrapped form", { type: 'csp-violation', url: 'https://a.example/', 'csp-report': kebab }],
    ['one Reporting API object', { type: 'csp-violation', url: 'https://a.example/', body: kebab }],
    ['a list', [{ type: 'csp-violation', body: kebab }]],
    ['a list of the old form', [{ 'csp-report': kebab }]],
    ['the type of early Chromium', [{ type: 'csp', body: kebab }]],
    ['a type in other letters', [{ type: 'CSP-Violation', body: kebab }]],
    ['snake keys', snake],
    [
      'camel keys',
      {
        type: 'csp-violation',
        body: {
          documentURL: 'https://a.example/',
          blockedURL: 'inline',
          effectiveDirective: 'img-src',
          lineNumber: 12,
          columnNumber: '7',
          statusCode: 200,
        },
      },
    ],
    [
      'camel keys of URIs',
      {
        documentUri: 'https://a.example/',
        blockedURI: 'inline',
        effectiveDirective: 'img-src',
        lineNumber: 12,
        columnNumber: 7,
        statusCode: 200,
      },
    ],
  ])('%s is one violation', (_, body) => {
    expect(only(body)).toMatchObject(expected);
  });

  test('an effective directive that is missing is the first word of the violated one', () => {
    const old = { 'blocked-uri': 'https://x.example/', 'violated-directive': "Script-Src 'self' https://a.example" };
    expect(only({ 'csp-report': old })).toMatchObject({ directive: 'script-src' });
    expect(only({ 'csp-report': { ...old, 'effective-directive': '' } })).toMatchObject({ directive: 'script-src' });
  });

  test('directives that nobody knows yet are kept', () => {
    expect(only({ 'effective-directive': 'quantum-src', 'blocked-uri': 'x:' })).toMatchObject({
      directive: 'quantum-src',
    });
  });

  test.each(['data:image/png;base64,AAAA', 'DATA:,x'])('of %s, as old browsers send it, the scheme stays', (url) => {
    expect(only({ 'violated-directive': 'img-src', 'blocked-uri': url })).toMatchObject({ blocked: 'data' });
  });

  test.each([
    'integrity-violation',
    'csp-hash',
    'coep',
    'coop',
    'deprecation',
    'intervention',
    'permissions-policy-violation',
    'crash',
    'network-error',
    'something-of-2031',
  ])('a report of type %s is kept under its type', (type) => {
    const body = { reason: 'oom', nested: { id: 1 } };
    expect(only([{ age: 5, type, url: 'https://a.example/', user_agent: 'UA', body }])).toEqual({
      type,
      form: 'report-to',
      ageMs: 5,
      userAgent: 'UA',
      url: 'https://a.example/',
      report: body,
    });
  });

  test('a byte order mark and bytes that are no UTF-8 do no harm', () => {
    const text = Buffer.from('\uFEFF{"csp-report":{"violated-directive":"img-src","blocked-uri":"https://x.example/');
    const { reports } = parseReports(Buffer.concat([text, Buffer.from([0xff, 0xfe]), Buffer.from('"}}')]));
    expect(reports).toMatchObject([{ directive: 'img-src', blocked: 'https://x.example/��' }]);
  });

  test('an age says when it happened, within the two days that a browser keeps a report', () => {
    const aged = (age: unknown) => only([{ age, type: 'csp-violation', body: kebab }]).ageMs;
    expect([aged(1500), aged('20'), aged(-1), aged(null), aged(1e15)]).toEqual([1500, 20, 0, 0, 172_800_000]);
  });
});

describe('what is no report', () => {
  test('a bad entry costs only itself', () => {
    const good = { type: 'csp-violation', body: { effectiveDirective: 'img-src', blockedURL: 'data' } };
    const bad = [null, 7, 'x', [], {}, { type: 'csp-violation' }, { type: 'csp-violation', body: 'x' }, { body: {} }];
    const { reports, rejected } = parseReports(bytes([...bad, good, { type: 'coep' }, good]));
    expect({ reports: reports.length, rejected }).toEqual({ reports: 2, rejected: bad.length + 1 });
  });

  test.each(['', '{', 'csp-report=1', '\u0000'])('%j is no JSON', (text) => {
    expect(parseReports(Buffer.from(text))).toEqual({ reports: [], rejected: 0, notJson: true });
  });

  test.each(['null', '1', '"x"', '[]', '{}', '{"hello":"world"}', '{"csp-report":{}}', '{"csp-report":[]}'])(
    '%s holds no report',
    (text) => {
      expect(parseReports(Buffer.from(text))).toMatchObject({ reports: [], notJson: false });
    },
  );

  test('names of the language itself are keys like others', () => {
    const text = '{"__proto__":{"effective-directive":"x"},"constructor":{"csp-report":1},"toString":1}';
    expect(parseReports(Buffer.from(text)).reports).toEqual([]);
  });
});

const anyKey = fc.oneof(
  fc.constantFrom('csp-report', 'body', 'type', 'url', 'age', 'user_agent', 'effective-directive', 'blockedURL'),
  fc.constantFrom('documentURL', 'sample', 'original-policy', 'lineNumber', 'disposition', 'source-file', '__proto__'),
  fc.string(),
);
const anyObject = (value: fc.Arbitrary<unknown>) => fc.dictionary(anyKey, value, { maxKeys: 6 });
const anyValue = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.webUrl(), fc.constant('csp-violation'));
const anyEntry = anyObject(fc.oneof(anyValue, anyObject(anyValue)));
const anyReport = fc.oneof(anyEntry, fc.array(anyEntry, { maxLength: 5 }), anyValue);

test('nothing makes it throw, and every entry is a report or rejected', () => {
  fc.assert(
    fc.property(anyReport, (value) => {
      const { reports, rejected } = parseReports(bytes(value));
      expect(reports.length + rejected).toBe(Array.isArray(value) ? value.length : 1);
    }),
    { numRuns: 1_000 },
  );
});

test('any bytes are read without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      expect(parseReports(body).reports.length).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1_000 },
  );
});
