import type { BrowserContext, Request } from '@playwright/test';

/**
 * Collects what a browser complains about: errors in its console, exceptions, requests that failed and
 * requests that leave the page's origin.
 */
export function watchBrowser(context: BrowserContext, complaints: string[]): void {
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // Leaving a page ends what it was still loading.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${reason} (${request.url()})`);
  });
  context.on('request', (request) => {
    if (leavesOrigin(request)) complaints.push(`A request left the console (${request.url()})`);
  });
}

function leavesOrigin(request: Request): boolean {
  if (request.isNavigationRequest() || !/^(https?|wss?):/.test(request.url())) return false;
  return new URL(request.url()).host !== new URL(request.frame().url()).host;
}
