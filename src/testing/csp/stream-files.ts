import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { shortHash } from '#core/csp/grouping/grouping.ts';
import type { CspRecord } from '#core/csp/report/record.ts';
import { dayOf } from '#platform/log-files/rotated-files.ts';

/** A line as the log stream has it, of those that a test makes. */
export type MadeLine = {
  time: number;
  id: string;
  msg: string;
  csp?: Partial<CspRecord>;
  type?: string;
  url?: string;
  browser?: string;
  policy?: { policy_hash: string; text: string };
  suppressed?: number;
  dropped?: number;
};

export type MadeFile = { name: string; text: string };

/** `isOld`: of a version that wrote no ids. */
export type MadeStream = { lines: MadeLine[]; files: MadeFile[]; isOld: boolean };

const DAY_MS = 24 * 60 * 60 * 1000;
const maybe = <Value>(...values: Value[]) => fc.constantFrom(...values, null);

const record = fc
  .record({
    disposition: maybe('enforce' as const, 'report' as const),
    directive: fc.constantFrom('script-src-elem', 'img-src', 'style-src', ''),
    blocked_host: maybe('cdn.example.com', 'a.cdn.example.com', 'cdn.example.com:8443', 'notcdn.example.com'),
    document: maybe('https://shop.example/Cart/7?x=[redacted]', 'https://shop.example/cart/8', 'https://b.example/ä%_'),
    source_file: maybe('https://tags.example.org/T.js', 'acme-app://x', 'https://shop.example/main.js'),
    line: maybe(1, 2),
    column: maybe(7),
    sample: maybe('window.DATA = []', 'say "ÄÖ"\\n\u2028', "it's 100%"),
    status_code: maybe(200),
    referrer: maybe('https://www.example.org/'),
    user_agent: maybe('Mozilla/5.0 (Chrome)'),
    browser: fc.constantFrom('Chrome 156', 'Chrome 15', 'Chrome iOS 15', 'Firefox 153', 'Other'),
    policy_hash: maybe('0123456789abcdef', 'fedcba9876543210'),
    form: fc.constantFrom('report-uri' as const, 'report-to' as const),
    noise: maybe('browser-extension', 'own:0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21'),
  })
  .map((made): CspRecord => {
    const blocked_kind = made.blocked_host === null ? (made.line === 2 ? null : 'inline') : 'host';
    const group = shortHash([made.directive, blocked_kind, made.blocked_host].join('\n'));
    return { ...made, blocked_kind, blocked: made.blocked_host && `https://${made.blocked_host}/a.js`, group };
  });

/** `after`: the written line that comes right before, as one always does before a group's lines are counted. */
type Content = Omit<MadeLine, 'time' | 'id'> & { after?: Content };
const groupOf = ({ disposition, directive, blocked_kind, blocked_host, noise, group }: CspRecord) => ({
  disposition,
  directive,
  blocked_kind,
  blocked_host,
  noise,
  group,
});
const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 8, arbitrary: record.map((csp) => ({ csp, msg: `Blocked ${csp.directive}` })) },
  {
    weight: 2,
    arbitrary: fc.tuple(record, fc.integer({ min: 1, max: 900 })).map(([csp, suppressed]) => ({
      suppressed,
      csp: groupOf(csp),
      after: { csp: { ...csp, noise: null }, msg: `Blocked ${csp.directive}` },
      msg: `${suppressed} more in this minute: Blocked ${csp.directive}`,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Content>(
      { dropped: 12, msg: '12 lines were dropped: they came faster than they could be written' },
      { policy: { policy_hash: '0123456789abcdef', text: "script-src 'self'" }, msg: 'Policy 0123456789abcdef' },
      { type: 'deprecation', url: 'https://shop.example/cart/9', browser: 'Chrome 156', msg: 'Report of deprecation' },
      { type: 'csp_report_malformed', msg: 'csp_report_malformed: not JSON' },
      { type: 'deprecation', suppressed: 5, msg: '5 more in this minute: Report of deprecation' },
    ),
  },
);

const GARBAGE = ['', 'no JSON', '[1]', '"text"', 'null', '{"time":"x"}', '{"csp":', '{}', '\u0000', '{"time":1.5e300}'];

const step = fc.record({
  content,
  writer: fc.nat({ max: 2 }),
  /** Lines come in one millisecond, and hours apart. */
  afterMs: fc.oneof(fc.constant(0), fc.nat({ max: 3 }), fc.nat({ max: 5 * 60 * 60 * 1000 })),
  ageMs: fc.oneof(fc.constant(0), fc.nat({ max: 60_000 }), fc.nat({ max: 2 * DAY_MS })),
  rotate: fc.boolean(),
  garbage: fc.option(fc.constantFrom(...GARBAGE)),
});

/** Writers are never the same: what was read of a file that is finished is not read again. */
let writersMade = 0;
const writerOf = (index: number) => {
  writersMade += 1;
  return { name: `desk-${index}-${'abc'[index]}${String(writersMade).padStart(11, '0')}`, count: 0, file: '' };
};

type Step = typeof step extends fc.Arbitrary<infer Made> ? Made : never;

/** A line that stands for many, and the written one before it at the same time. */
function inTwo({ content: { after, ...made }, ...at }: Step): Step[] {
  const own = { ...at, content: made };
  return after
    ? [
        { ...own, content: after, garbage: null },
        { ...own, afterMs: 0, rotate: false },
      ]
    : [own];
}

/** Lines of three writers up to now, in files as rotation makes them, with garbage between and a torn line at the end. */
export const madeStream: fc.Arbitrary<MadeStream> = fc
  .tuple(fc.array(step, { maxLength: 60 }), fc.boolean(), fc.boolean())
  .map(([steps, isTorn, isOld]) => {
    const end = Date.now();
    let at = end - steps.reduce((sum, { afterMs }) => sum + afterMs, 0);
    const lines: MadeLine[] = [];
    const files = new Map<string, string>();
    const writers = [0, 1, 2].map(writerOf);
    let arrived = 0;
    for (const { content: made, writer: index, afterMs, ageMs, rotate, garbage } of steps.flatMap(inTwo)) {
      at += afterMs;
      arrived = Math.max(arrived + 1, at * 1000);
      const writer = writers[index];
      if (!writer) continue;
      const day = dayOf(at);
      if (rotate || !writer.file.startsWith(`csp_report.${day}`)) {
        writer.count += 1;
        writer.file = `csp_report.${day}.${writer.name}.${writer.count}.ndjson`;
      }
      const id = `${writer.name.slice(-12)}-${arrived}`;
      const line: MadeLine = { time: at - ageMs, id, ...made };
      lines.push(line);
      // Older versions wrote no id.
      const { id: _, ...withoutId } = line;
      const text = JSON.stringify({ level: 40, name: 'csp_report', ...(isOld ? withoutId : line) });
      files.set(writer.file, `${files.get(writer.file) ?? ''}${text}\n${garbage === null ? '' : `${garbage}\n`}`);
    }
    const last = writers.find(({ file }) => file !== '')?.file;
    if (last && isTorn) files.set(last, `${files.get(last)}{"time":${end},"id":"torn-0000000000000000","csp":{"dir`);
    return { lines, isOld, files: [...files].map(([name, text]) => ({ name, text })) };
  });

/** Leaves these files in a folder, and no others. */
export function writeStream(dir: string, files: readonly MadeFile[]): void {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const { name, text } of files) appendFileSync(join(dir, name), text);
}
