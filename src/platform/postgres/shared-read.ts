import type { PrismaClient } from '#platform/generated/prisma/client.ts';
import type { Scope } from '../scope.ts';

/**
 * Reads rows that lists and single answers have in common: a list, whose work its filters shape, in its organization's share
 * of connections; one row by its id at once.
 * @param id of the only row that is wanted; undefined for a list.
 * @throws what `Platform.read` throws, for a list.
 */
export const shared = <Result>(
  { platform, organization_id }: Pick<Scope, 'platform' | 'organization_id'>,
  id: string | undefined,
  ask: (database: PrismaClient) => Promise<Result>,
): Promise<Result> => (id === undefined ? platform.read(organization_id, ask) : ask(platform.database));
