import type { Scope } from '#platform/scope.ts';
import { type Tool, tools } from './tool.ts';

/** A tool that the organization has, with the enabled connectors that it can send through. */
export type AvailableTool = { tool: Tool; connectors: { id: string; name: string }[] };

/** As many names as a model reads. */
const MOST_NAMES = 100;

/** The tools of an organization: those of the types of which it has an enabled connector. */
export async function listTools({ platform, organization_id }: Scope): Promise<AvailableTool[]> {
  const available = await Promise.all(
    tools.map(async (tool) => ({
      tool,
      connectors: await platform.database.connector.findMany({
        where: { organization_id, type: tool.connectorType.type, enabled: true },
        select: { id: true, name: true },
        orderBy: { id: 'asc' },
        take: MOST_NAMES,
      }),
    })),
  );
  return available.filter(({ connectors }) => connectors.length > 0);
}
