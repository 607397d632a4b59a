import type { RequestListener, ServerResponse } from 'node:http';

/**
 * Passes requests on, and hangs up on event streams when the end begins: they would never end by themselves, and their
 * readers connect again where they can.
 * @param ending aborts when the end begins.
 */
export function endEventStreams(listener: RequestListener, ending: AbortSignal): RequestListener {
  const open = new Set<ServerResponse>();
  ending.addEventListener('abort', () => {
    for (const response of open) if (isEventStream(response)) response.destroy();
  });
  return (request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    listener(request, response);
  };
}

/** Server-sent events: HTML Living Standard §9.2.5. */
const isEventStream = (response: ServerResponse): boolean =>
  String(response.getHeader('content-type')).startsWith('text/event-stream');
