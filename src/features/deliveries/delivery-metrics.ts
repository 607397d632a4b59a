import type { Metric } from '#platform/metrics.ts';
import type { Platform } from '#platform/scope.ts';

/** Metrics of the delivery engine, for alerts when results can't be stored. */
export async function deliveryMetrics({ database }: Platform): Promise<Metric[]> {
  const { _sum } = await database.lane.aggregate({ _sum: { set_aside: true } });
  return [
    {
      name: 'honeyframe_delivery_results_refused_total',
      help: 'Results of attempts that PostgreSQL rejected, which were stored without details or set aside.',
      type: 'counter',
      value: _sum.set_aside ?? 0,
    },
  ];
}
