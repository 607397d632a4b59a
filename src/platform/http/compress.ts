import type { EventEmitter } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import compression from 'compression';

/**
 * Compresses answers for clients that take it, as Next does for pages: those that are not images or the like, and that are
 * not known to be below 1 KiB. Event streams forbid it (`no-transform`), or each event would wait for those after it.
 */
export function compressAnswers(listener: RequestListener): RequestListener {
  const compress = compression();
  return (request, response) =>
    compress(request, response, () => {
      letGoOfDrain(response);
      listener(request, response);
    });
}

/**
 * `compression` puts who waits for `drain` on the stream that compresses, and leaves them there: `removeListener` looks for
 * them at the response, so that each wait of a long answer stayed until its end.
 */
function letGoOfDrain(response: ServerResponse): void {
  const on: Listen = response.on.bind(response);
  const removeListener: Listen = response.removeListener.bind(response);
  let drained: EventEmitter = response;
  const listen: Listen = (type, wait) => {
    // It returns whatever it put the listener on.
    const target = on(type, wait);
    if (type === 'drain') drained = target;
    return response;
  };
  const forget: Listen = (type, wait) => {
    if (type === 'drain' && drained !== response) drained.removeListener(type, wait);
    else removeListener(type, wait);
    return response;
  };
  Object.assign(response, { on: listen, removeListener: forget });
}

type Listen = (type: string, listener: (...given: unknown[]) => void) => EventEmitter;
