import { type ReceiveOptions, receiveWebhook } from './receive-webhooks.ts';

/** What is used of Fastify's instance inside a plugin, whose content type parsers are the plugin's own. */
type FastifyScope = {
  removeAllContentTypeParsers(): unknown;
  /** Both have overloads that differ by version; `AddParser` and `Post` are the ones that are called. */
  addContentTypeParser(...parameters: never[]): unknown;
  post(...parameters: never[]): unknown;
};
type AddParser = (
  type: string,
  options: { parseAs: 'buffer' },
  parser: (request: unknown, body: unknown, done: (error: null, body: unknown) => void) => void,
) => unknown;
type Post = (path: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) => unknown;
type FastifyRequest = { body: Uint8Array; headers: Readonly<Record<string, string | string[] | undefined>> };
type FastifyReply = { code(status: number): { send(body?: unknown): unknown } };

/**
 * A plugin for Fastify 5: `app.register(receiveWebhooks({ path: '/hooks', secrets, onEvent }))`. Its route gets raw bodies;
 * the other routes keep their parsers.
 */
export function receiveWebhooks<Own extends object = object>(options: ReceiveOptions<Own> & { path: string }) {
  return async (scope: FastifyScope): Promise<void> => {
    scope.removeAllContentTypeParsers();
    const addParser: AddParser = scope.addContentTypeParser.bind(scope) as never;
    addParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    const post: Post = scope.post.bind(scope) as never;
    post(options.path, async (request, reply) => {
      const given = request.body ?? new Uint8Array();
      const { status, body } = await receiveWebhook(options, { body: given, headers: request.headers });
      return body === null ? reply.code(status).send() : reply.code(status).send(body);
    });
  };
}
