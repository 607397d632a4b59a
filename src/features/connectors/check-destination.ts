import { refusedPort } from '#platform/outbound/outbound-http.ts';
import type { Scope } from '#platform/scope.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import type { ConnectorType } from './connector-type.ts';
import type { Config } from './secret-config.ts';

/**
 * Refuses a config whose URL has a port that no send could reach. Its addresses are looked at with every send: a name may not
 * resolve yet.
 * @throws Refusal VALIDATION with a path under `config`.
 */
export function assertWebPort({ egressAllow }: Pick<Scope, 'egressAllow'>, type: ConnectorType, config: Config): void {
  const url = type.destination(config);
  const message = url === null ? null : refusedPort(url, egressAllow);
  if (message === null) return;
  const name = Object.keys(config).find((field) => config[field] === url);
  throw invalid({ path: ['config', ...(name ? [name] : [])], message });
}
