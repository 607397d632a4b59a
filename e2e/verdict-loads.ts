import type { Page } from '@playwright/test';

/** Something that a page tries to load, send or run, by the name of what does it. */
export type Load = { by: LoadKind; url: string };

export type LoadKind = (typeof LOAD_KINDS)[number];

/** What asks for a URL. */
export const LOAD_KINDS = [
  'fetch',
  'socket',
  'beacon',
  'image',
  'script',
  'modulepreload',
  'style',
  'font',
  'video',
  'frame',
  'object',
  'embed',
  'worker',
  'shared worker',
  'prefetch',
  'base',
  'form',
] as const;

/** What a violation event tells (CSP Level 3 §5.1), and the load that it is about. */
export type Violated = {
  load: number;
  effectiveDirective: string;
  blockedURI: string;
  documentURI: string;
  originalPolicy: string;
  disposition: string;
  sample: string;
};

/**
 * Lets a page try loads, one after another, so that each violation is known to be of its load.
 * @returns the violations; a load without one was let through.
 */
export const tryLoads = (page: Page, loads: readonly Load[]): Promise<Violated[]> => page.evaluate(inPage, loads);

/** Runs in the page: it uses nothing from outside. */
async function inPage(loads: readonly Load[]): Promise<Violated[]> {
  const violations: Violated[] = [];
  let current = 0;
  let onStopped = () => {};
  document.addEventListener('securitypolicyviolation', (event) => {
    const { effectiveDirective, blockedURI, documentURI, originalPolicy, disposition, sample } = event;
    violations.push({
      load: current,
      effectiveDirective,
      blockedURI,
      documentURI,
      originalPolicy,
      disposition,
      sample,
    });
    if (disposition === 'enforce') onStopped();
  });
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve));
  const settled = (target: EventTarget, ...names: string[]) =>
    new Promise<void>((resolve) => {
      for (const name of ['load', 'error', ...names]) target.addEventListener(name, () => resolve(), { once: true });
    });
  function element<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    fields: Partial<HTMLElementTagNameMap[Name]>,
    ...names: string[]
  ) {
    const made = Object.assign(document.createElement(name), fields);
    const end = settled(made, ...names);
    document.body.append(made);
    return end;
  }
  const form = async (action: string) => {
    const sink = document.createElement('iframe');
    sink.name = 'sink';
    document.body.append(sink);
    const made = Object.assign(document.createElement('form'), { action, target: 'sink', method: 'post' });
    document.body.append(made);
    const sent = settled(sink);
    made.submit();
    await sent;
    sink.remove();
  };
  const start: Record<LoadKind, (url: string) => Promise<unknown>> = {
    fetch: (url) => fetch(url, { mode: 'no-cors' }),
    socket: async (url) => new WebSocket(url).close(),
    beacon: async (url) => navigator.sendBeacon(url),
    image: (src) => element('img', { src }),
    script: (src) => element('script', { src }),
    modulepreload: (href) => element('link', { rel: 'modulepreload', href }),
    style: (href) => element('link', { rel: 'stylesheet', href }),
    font: (url) => new FontFace('tried', `url("${url}")`).load(),
    video: (src) => element('video', { src, preload: 'auto' }, 'loadedmetadata'),
    frame: (src) => element('iframe', { src }),
    object: (data) => element('object', { data }),
    embed: (src) => element('embed', { src }),
    worker: (url) => {
      const worker = new Worker(url);
      return settled(worker, 'message').finally(() => worker.terminate());
    },
    'shared worker': (url) => {
      const worker = new SharedWorker(url);
      worker.port.start();
      return Promise.race([settled(worker), settled(worker.port, 'message')]);
    },
    prefetch: (href) => element('link', { rel: 'prefetch', href }),
    base: async (href) => {
      const base = Object.assign(document.createElement('base'), { href });
      document.head.append(base);
    },
    form,
  };
  for (const [index, { by, url }] of loads.entries()) {
    current = index;
    const asked =
      url === 'blob:' ? URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' })) : url;
    // What a policy only reports goes on to its end, and each policy reports it.
    const stopped = new Promise<void>((resolve) => {
      onStopped = resolve;
    });
    try {
      await Promise.race([start[by](asked), stopped]);
    } catch {
      // What is blocked may throw: the violation tells.
    }
    await turn();
    await turn();
  }
  return violations;
}
