import { z } from 'zod';
import type { Scope } from '#platform/scope.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import type { Tool } from './tool.ts';

const choices = z.array(z.object({ id: z.string(), name: z.string(), enabled: z.boolean() }));

/** How many names a refusal lists. */
const MOST_LISTED = 20;

/**
 * The connector that a call goes through: the one that is named, else the only one there is, enabled before disabled.
 * @param named a name, in whatever case, or an id; an exact name goes before others
 * @throws Refusal VALIDATION that lists the connectors, when none or an unknown one is named and there are several.
 */
export async function chooseConnector(
  { platform, organization_id }: Scope,
  { name, connectorType }: Tool,
  named: string | undefined,
): Promise<string> {
  const { rows } = await platform.pool.query({
    name: 'connectors_of_tool',
    text: `select id, name, enabled from connector where organization_id = $1 and type = $2 order by id`,
    values: [organization_id, connectorType.type],
  });
  const connectors = choices.parse(rows);
  const refuse = (message: string) => invalid({ path: ['arguments', 'connector'], message });
  const listed = listOf(connectors.filter(({ enabled }) => enabled).map((one) => one.name));
  if (connectors.length === 0)
    throw invalid({
      path: ['tool'],
      message: `${name} has no connector to send through. Create a ${connectorType.name} connector first.`,
    });
  if (named !== undefined) {
    const name = named.trim();
    const found =
      connectors.find((one) => one.id === name.toLowerCase()) ?? connectors.find((one) => one.name === name);
    if (found) return found.id;
    const alike = usable(connectors.filter((one) => folded(one.name) === folded(name)));
    if (alike[0] && alike.length === 1) return alike[0].id;
    if (alike.length > 1)
      throw refuse(
        `Several connectors have this name in different spellings. Use one of ${listOf(alike.map((one) => one.name))} exactly.`,
      );
    throw refuse(`No ${connectorType.name} connector has this name${listed ? `. Use one of ${listed}` : ''}.`);
  }
  const candidates = usable(connectors);
  const [only] = candidates;
  if (only && candidates.length === 1) return only.id;
  throw refuse(`There are several connectors. Use one of ${listOf(candidates.map((one) => one.name))}.`);
}

/** The enabled ones, where there are any. */
function usable<One extends { enabled: boolean }>(connectors: One[]): One[] {
  const enabled = connectors.filter((one) => one.enabled);
  return enabled.length > 0 ? enabled : connectors;
}

/** One text for all spellings of a name that differ in case, spaces or Unicode form alone (Unicode, section 3.13). */
const folded = (name: string): string => name.normalize('NFKC').toUpperCase().toLowerCase().replace(/\s+/g, ' ').trim();

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
