import { createServer } from 'node:http';
import pg from 'pg';
import { portOf } from './receivers.ts';

/**
 * What a publish is compared with, in a process of its own: it commits each request's body as one row of `bench_event`, by
 * one prepared statement, and answers 202 with the row's id.
 */
const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 });
await pool.query('create table if not exists bench_event (id uuid primary key default uuidv7(), body jsonb not null)');
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    pool.query({ name: 'store', text: 'insert into bench_event (body) values ($1) returning id', values: [body] }).then(
      ({ rows }) => response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(rows[0])),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: portOf(server) })));
