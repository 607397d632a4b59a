import { Counter, Gauge, Registry } from 'prom-client';

/** One metric for Prometheus. Null if it was not measured yet. */
export type Metric = { name: string; help: string; type: 'gauge' | 'counter'; value: number | bigint | null };

/** Of Prometheus's text format, version 0.0.4. */
export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Figures in Prometheus's text format. They are read from the database for each answer, so each has a registry of its
 * own: what a process counts by itself would be only its part.
 */
export function metricsText(metrics: readonly Metric[]): Promise<string> {
  const registry = new Registry();
  for (const { name, help, type, value } of metrics) {
    if (value === null) continue;
    const options = { name, help, registers: [registry] };
    if (type === 'counter') new Counter(options).inc(Number(value));
    else new Gauge(options).set(Number(value));
  }
  return registry.metrics();
}
