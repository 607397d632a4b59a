import { createGzip } from 'node:zlib';
import type { Answer } from './receivers.ts';

/** Answers that receivers give, good ones first. */
export const json =
  (value: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

export const text =
  (value: string, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(value);
  };

export const noContent: Answer = (response) => {
  response.writeHead(204).end();
};

export const redirect =
  (location: string, status = 302): Answer =>
  (response) => {
    response.writeHead(status, { location }).end();
  };

/** A body with a `content-encoding`, whatever the bytes are. */
export const encoded =
  (contentEncoding: string, body: Buffer): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': contentEncoding }).end(body);
  };

/** Takes the request and never answers. */
export const silence: Answer = () => {};

/** Half of the body that it announced, then a TCP reset. */
export const resetMidBody: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '10' });
  response.write('hello', () => response.socket?.resetAndDestroy());
};

/** Half of the body that it announced, then the end of the connection. */
export const closeMidBody: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '10' });
  response.write('hello', () => response.socket?.destroy());
};

/** A part of a body whose length nobody announced, then the end of the connection. */
export const closeMidChunks: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  response.write('hello', () => response.socket?.destroy());
};

/** A body whose parts are not as HTTP writes them. */
export const badChunks: Answer = (response) => {
  response.socket?.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n');
};

/** A byte now and then, without end, so that no time limit between bytes ever passes. */
export const slowDrip =
  (everyMs = 20): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const timer = setInterval(() => response.write('.'), everyMs);
    response.on('close', () => clearInterval(timer));
    response.write('.');
  };

/** A body without end, as fast as it is read. */
export const flood: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const fill = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', fill);
  fill();
};

/** A gigabyte of zeros in about a megabyte of gzip. */
export const gzipBomb: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
  const gzip = createGzip();
  const zeros = Buffer.alloc(1024 * 1024);
  let left = 1024;
  const fill = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!gzip.write(zeros)) return gzip.once('drain', fill);
    }
    return gzip.end();
  };
  gzip.pipe(response);
  response.on('close', () => gzip.destroy());
  fill();
};

/** Bytes that are no HTTP answer. */
export const garbage: Answer = (response) => {
  response.socket?.end('SSH-2.0-OpenSSH_10.0\r\n');
};

/** Ends the connection without a word. */
export const hangUp: Answer = (response) => {
  response.socket?.destroy();
};

/** More headers than an answer may have. */
export const hugeHeaders: Answer = (response) => {
  response.socket?.write(`HTTP/1.1 200 OK\r\nx-huge: ${'x'.repeat(128 * 1024)}\r\ncontent-length: 0\r\n\r\n`);
};

/** Switches to another protocol, unasked. */
export const upgrade: Answer = (response) => {
  response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
};
