import { connect, type Socket } from 'node:net';

/**
 * Posts requests over plain sockets, one at a time a connection, and counts what comes back: a real HTTP client would
 * take more of the two cores than the servers that are measured.
 * @returns requests answered, and how many of them not with 204.
 */
export async function postFor(
  forMs: number,
  port: number,
  requests: readonly Buffer[],
  connections: number,
): Promise<{ answered: number; refused: number; seconds: number }> {
  const started = performance.now();
  let sent = 0;
  const counts = { answered: 0, refused: 0 };
  const next = () => requests[sent++ % requests.length] ?? Buffer.alloc(0);
  const lanes = Array.from({ length: connections }, () =>
    postOn(connect(port, '127.0.0.1'), next, () => performance.now() - started < forMs, counts),
  );
  await Promise.all(lanes);
  return { ...counts, seconds: (performance.now() - started) / 1000 };
}

function postOn(
  socket: Socket,
  next: () => Buffer,
  isTime: () => boolean,
  counts: { answered: number; refused: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let answer = '';
  socket.setNoDelay(true).setEncoding('latin1');
  socket.once('connect', () => socket.write(next()));
  socket.once('error', reject);
  socket.once('close', () => resolve());
  socket.on('data', (text: string) => {
    answer += text;
    // Answers here have no body: they are 204.
    if (!answer.endsWith('\r\n\r\n')) return;
    counts.answered += 1;
    if (!answer.startsWith('HTTP/1.1 204')) counts.refused += 1;
    answer = '';
    if (isTime()) socket.write(next());
    else socket.end();
  });
  return promise;
}

/** A page's nonce is its own, in 22 characters as 16 random bytes have them. */
const policyOf = (page: number) =>
  `default-src 'self'; script-src 'self' 'nonce-${Buffer.from(`page ${page}`.padEnd(16)).toString('base64url')}' 'report-sample'; style-src 'self' 'report-sample'; img-src 'self'; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; report-to csp`;

const LETTERS = 26;
const letter = (number: number) => String.fromCharCode(97 + (number % LETTERS));
/** A word of its own for each number. */
const wordOf = (number: number): string =>
  number < LETTERS ? letter(number) : wordOf(Math.floor(number / LETTERS)) + letter(number);

/**
 * Requests with reports as Firefox sends them. No two are alike: each has a document, a nonce, a line, and, where inline
 * code was blocked, a sample of its own.
 * @param reports how many there are in all.
 * @param groups over how many groups they are spread.
 * @param batch how many come in one request.
 */
export function reportPosts({ reports, groups, batch }: Record<'reports' | 'groups' | 'batch', number>): Buffer[] {
  const entryOf = (index: number) => {
    const isInline = index % 2 === 0;
    const group = index % groups;
    return {
      age: 10,
      type: 'csp-violation',
      url: 'https://shop.example.com/',
      body: {
        documentURL: `https://shop.example.com/products/${index}?ref=mail`,
        referrer: 'https://www.example.org/',
        blockedURL: isInline ? 'inline' : `https://cdn-${group}.example.net/lib/app.js?v=3`,
        effectiveDirective: 'script-src-elem',
        originalPolicy: policyOf(index),
        disposition: 'enforce',
        sourceFile: `https://shop.example.com/products/${index}`,
        sample: isInline ? `${wordOf(group)}.push({ id: ${index} });\nconsole.log(` : '',
        statusCode: 200,
        lineNumber: 1 + index,
        columnNumber: 7,
      },
    };
  };
  return Array.from({ length: reports / batch }, (_, request) =>
    postOf(JSON.stringify(Array.from({ length: batch }, (__, index) => entryOf(request * batch + index)))),
  );
}

function postOf(body: string): Buffer {
  const length = Buffer.byteLength(body);
  const head = `POST /api/csp-report?d=enforce HTTP/1.1\r\nhost: localhost\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0\r\ncontent-type: application/reports+json\r\ncontent-length: ${length}\r\n\r\n`;
  return Buffer.from(head + body);
}
