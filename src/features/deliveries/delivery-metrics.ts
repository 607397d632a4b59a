import type { Metric } from '#platform/metrics.ts';
import type { Platform } from '#platform/scope.ts';

/** How the engine of deliveries does, for whoever is to be woken when results cannot be stored. */
export async function deliveryMetrics({ database }: Platform): Promise<Metric[]> {
  const { _sum } = await database.lane.aggregate({ _sum: { set_aside: true } });
  return [
    {
      name: 'honeyframe_delivery_results_refused_total',
      help: 'Results of attempts that PostgreSQL refused, stored without their details or set aside.',
      type: 'counter',
      value: _sum.set_aside ?? 0,
    },
  ];
}
