import { createServer } from 'node:http';
import { portOf } from './receivers.ts';

/**
 * A receiver in a process of its own: it answers every POST with 200 after it has read it, never one to `/hang`, one to
 * `/trickle` with a character a second, and says
 * on `GET /count` how many it has answered, and on `GET /delays` how long ago each `n` of those was published.
 */
let count = 0;
let delays: number[] = [];
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const answer = request.url === '/count' ? { count } : { delays };
    if (request.url === '/delays') delays = [];
    response.end(JSON.stringify(answer));
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    if (request.url?.startsWith('/hang')) return;
    if (request.url?.startsWith('/trickle')) {
      const trickle = setInterval(() => response.write('.'), 1_000);
      response.once('close', () => clearInterval(trickle));
      return;
    }
    const publishedAt = /"published_at":(\d+(?:\.\d+)?)/.exec(body)?.[1];
    if (publishedAt) delays.push(performance.timeOrigin + performance.now() - Number(publishedAt));
    count += 1;
    response.end('ok');
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: portOf(server) })));
