import { createHash, timingSafeEqual } from 'node:crypto';
import { deliveryMetrics } from '#features/deliveries/delivery-metrics.ts';
import { sourceMetrics } from '#features/sources/source-metrics.ts';
import { METRICS_CONTENT_TYPE, metricsText } from '#platform/metrics.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { errorResponse } from './rest.ts';

/** `GET /api/metrics`, for Prometheus, which sends the token of the configuration. Without one there are no metrics. */
export async function handleMetrics(platform: Platform, request: Request): Promise<Response> {
  try {
    admit(platform.config.metricsToken, request.headers.get('authorization'));
    const metrics = [...(await sourceMetrics(platform)), ...(await deliveryMetrics(platform))];
    return new Response(await metricsText(metrics), {
      headers: { 'content-type': METRICS_CONTENT_TYPE, 'cache-control': 'no-store' },
    });
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}

function admit(token: string | undefined, authorization: string | null): void {
  if (token === undefined)
    throw new Refusal('NOT_FOUND', 'Metrics are off. Set METRICS_TOKEN, and send it as a Bearer token.');
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digest(given), digest(token)))
    throw new Refusal('UNAUTHENTICATED', 'Send METRICS_TOKEN as "Authorization: Bearer <token>".');
}

const digest = (text: string) => createHash('sha256').update(text).digest();
