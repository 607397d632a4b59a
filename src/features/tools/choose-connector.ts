import { invalid } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import type { Tool } from './tool.ts';

/** How many names a refusal lists. */
const MOST_LISTED = 20;

/**
 * The connector that a call goes through: the one that is named, else the only one there is, enabled before disabled.
 * @param named a name or an id
 * @throws Refusal VALIDATION that lists the connectors, when none or an unknown one is named and there are several.
 */
export async function chooseConnector(
  { platform, organization_id }: Scope,
  { name, connectorType }: Tool,
  named: string | undefined,
): Promise<string> {
  const connectors = await platform.database.connector.findMany({
    where: { organization_id, type: connectorType.type },
    select: { id: true, name: true, enabled: true },
    orderBy: { id: 'asc' },
  });
  const refuse = (message: string) => invalid({ path: ['arguments', 'connector'], message });
  const listed = listOf(connectors.filter(({ enabled }) => enabled).map((one) => one.name));
  if (connectors.length === 0)
    throw invalid({
      path: ['tool'],
      message: `${name} has nothing to send through: make a ${connectorType.name} connector first.`,
    });
  if (named !== undefined) {
    const found =
      connectors.find((one) => one.id === named.toLowerCase()) ?? connectors.find((one) => one.name === named.trim());
    if (found) return found.id;
    throw refuse(`No ${connectorType.name} connector is called so${listed ? `: give one of ${listed}` : ''}.`);
  }
  const enabled = connectors.filter((one) => one.enabled);
  const candidates = enabled.length > 0 ? enabled : connectors;
  const [only] = candidates;
  if (only && candidates.length === 1) return only.id;
  throw refuse(`There are several: give one of ${listOf(candidates.map((one) => one.name))}.`);
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
