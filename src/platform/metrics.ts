/** One figure for Prometheus. Null while nobody has measured it. */
export type Metric = { name: string; help: string; type: 'gauge' | 'counter'; value: number | bigint | null };

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Figures in Prometheus's text format, version 0.0.4. */
export const metricsText = (metrics: readonly Metric[]): string =>
  metrics
    .filter(({ value }) => value !== null)
    .map(({ name, help, type, value }) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`)
    .join('');
