import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRecordMaker } from '#core/csp/report/record.ts';
import { isViolation, parseReports } from '#core/csp/report/report.ts';

/** How a log of CSP reports is made. The same load makes the same log. */
export type CspLogLoad = {
  lines: number;
  /** Processes that wrote at the same time, each into files of its own. */
  writers: number;
  /** When the first line came, and before when the last one, in ms since 1970. */
  since: number;
  until: number;
  /** Where a writer begins another file. */
  fileBytes: number;
};

const DAY_MS = 24 * 60 * 60 * 1000;
const BLOCKED = [
  ['script-src-elem', 'https://cdn-$.example.net/lib/app.js?v=3', ''],
  ['script-src-elem', 'https://tags-$.example.org/tag.js', ''],
  ['img-src', 'https://pixel-$.example.com/p.gif?u=abc', ''],
  ['connect-src', 'https://api-$.example.io/v1/collect', ''],
  ['style-src-elem', 'https://fonts-$.example.net/css?family=Inter', ''],
  ['font-src', 'data:font/woff2;base64,d09GMgAB', ''],
  ['frame-src', 'https://ads-$.example.com/frame.html', ''],
  ['script-src-elem', 'inline', 'window.dataLayer = window.dataLayer || [];'],
  ['script-src', 'eval', 'new Function("return this")()'],
  ['script-src-elem', 'moz-extension://1f0c9b1e-9f2a-4a6e-8f0d-1c2b3a4d5e6f/inject.js', ''],
  ['style-src-attr', 'inline', 'color: red; width: 12px'],
  ['script-src-elem', 'https://gc.kis.v2.scr.kaspersky-labs.com/main.js', ''],
] as const;
const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/$.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/$.0.0.0 Safari/537.36 Edg/$.0.0.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:$.0) Gecko/20100101 Firefox/$.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.$ Safari/605.1.15',
];
const POLICY =
  "default-src 'self'; script-src 'self' 'nonce-abc123' 'report-sample'; style-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'";
const RECORDS = 6_000;
const CHUNK = 4 * 1024 * 1024;

/** What stands in a line after its id. The first ones are frequent. */
function makeRecords(): string[] {
  const maker = createRecordMaker();
  return Array.from({ length: RECORDS }, (_, index) => {
    const [directive, blocked, sample] = BLOCKED[index % BLOCKED.length] ?? BLOCKED[0];
    const userAgent = (BROWSERS[(index % 7) % BROWSERS.length] ?? '').replaceAll('$', String(120 + (index % 37)));
    const page = `https://shop.example.com/${['products', 'orders', 'users', 'help'][index % 4]}/${index % 800}/view?ref=mail`;
    const body = {
      documentURL: page,
      referrer: index % 3 === 0 ? 'https://www.example.org/' : '',
      blockedURL: blocked.replace('$', String(Math.floor(index / BLOCKED.length) % 60)),
      effectiveDirective: directive,
      originalPolicy: POLICY,
      disposition: index % 5 === 0 ? 'report' : 'enforce',
      sourceFile: index % 2 === 0 ? `https://shop.example.com/assets/main-${index % 9}.js` : '',
      sample,
      statusCode: 200,
      lineNumber: index % 200,
      columnNumber: 7,
    };
    const entry = { age: 0, type: 'csp-violation', url: page, user_agent: userAgent, body };
    const [report] = parseReports(Buffer.from(JSON.stringify([entry]))).reports;
    if (!report || !isViolation(report)) throw new Error(`The record ${index} is no violation.`);
    const { csp, msg } = maker.violation(report, { userAgent, disposition: null });
    return `"csp":${JSON.stringify(csp)},"msg":${JSON.stringify(msg)}}\n`;
  });
}

/** Numbers from 0 to below 1 that look like chance (mulberry32). */
function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Writes lines as `openCspLog` does, a hundred times as fast: violations of frequent and of rare groups, sent at once or
 * up to two days after they happened.
 */
export async function writeCspLog(dir: string, { lines, writers, since, until, fileBytes }: CspLogLoad): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const records = makeRecords();
  const chance = createChance(lines);
  const open = Array.from({ length: writers }, (_, index) => {
    const id = (index + 1).toString(16).padStart(12, '0');
    return { id, name: `desk-${index + 1}-${id}`, count: 0, day: '', size: Number.POSITIVE_INFINITY, text: '' };
  });
  const outputs = new Map<string, ReturnType<typeof createWriteStream>>();

  async function flush(writer: (typeof open)[number]): Promise<void> {
    const { text, name } = writer;
    writer.text = '';
    const output = outputs.get(name);
    if (text !== '' && output && !output.write(text)) await new Promise<void>((done) => output.once('drain', done));
  }
  async function end(name: string): Promise<void> {
    const output = outputs.get(name);
    outputs.delete(name);
    if (output) await new Promise<void>((done) => output.end(done));
  }

  let key = 0;
  for (let index = 0; index < lines; index += 1) {
    const writer = open[Math.floor(chance() * writers)] ?? open[0];
    if (!writer) break;
    const arrived = Math.floor(since + ((until - since) * index) / lines);
    const day = new Date(arrived).toISOString().slice(0, 10);
    if (writer.size > fileBytes || writer.day !== day) {
      await flush(writer);
      await end(writer.name);
      writer.count += 1;
      writer.day = day;
      writer.size = 0;
      outputs.set(writer.name, createWriteStream(join(dir, `csp_report.${day}.${writer.name}.${writer.count}.ndjson`)));
    }
    key = Math.max(key + 1, arrived * 1000);
    const age = chance() < 0.3 ? Math.floor(chance() ** 8 * 2 * DAY_MS) : 0;
    // Squared three times: a hundredth of the groups has most of the lines.
    const record = records[Math.floor(chance() ** 3 * records.length)] ?? '';
    const line = `{"level":40,"name":"csp_report","time":${arrived - age},"id":"${writer.id}-${key}",${record}`;
    writer.text += line;
    writer.size += line.length;
    if (writer.text.length > CHUNK) await flush(writer);
  }
  for (const writer of open) {
    await flush(writer);
    await end(writer.name);
  }
}
