import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type Certificate, makeCertificate } from './certificate.ts';
import { portOf } from './receivers.ts';

type Passed = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  status: number;
  answered: IncomingMessage['headers'];
};

export type TlsFront = AsyncDisposable & {
  /** Without a slash at the end. */
  url: string;
  /** What has passed, oldest first. */
  passed: Passed[];
  close(): Promise<void>;
};

/** Ends TLS in front of a server on a loopback port, as a reverse proxy does, and notes what passes. */
export async function startTlsFront(
  targetPort: number,
  certificate: Certificate = makeCertificate(['localhost']),
): Promise<TlsFront> {
  const passed: Passed[] = [];
  const server = createServer(certificate, (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = '', url: path = '' } = incoming;
    const headers = { ...incoming.headers, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' };
    const inner = request({ host: '127.0.0.1', port: targetPort, method, path, headers }, (answer) => {
      const { statusCode: status = 0, headers: answered } = answer;
      passed.push({ method, path, headers, status, answered });
      outgoing.writeHead(status, answered);
      answer.pipe(outgoing);
    });
    inner.once('error', () => outgoing.destroy());
    incoming.pipe(inner);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { url: `https://localhost:${portOf(server)}`, passed, close, [Symbol.asyncDispose]: close };
}
