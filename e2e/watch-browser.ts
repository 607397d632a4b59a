import type { BrowserContext, Request } from '@playwright/test';

/** What a complaint about a page's own content security policy begins with. */
export const VIOLATION = 'The page violates its policy';

/**
 * Collects what a browser complains about: errors in its console, exceptions, requests that failed, requests that leave
 * the page's origin, and violations of the page's policy, also of one that only reports.
 */
export async function watchBrowser(context: BrowserContext, complaints: string[]): Promise<void> {
  await context.addInitScript((prefix) => {
    // Chromium tells of what is only reported as of a mere information.
    addEventListener('securitypolicyviolation', ({ disposition, effectiveDirective, blockedURI, sample, sourceFile }) =>
      console.error(`${prefix} (${disposition}): ${effectiveDirective} ${blockedURI} ${sample} ${sourceFile}`),
    );
  }, VIOLATION);
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
