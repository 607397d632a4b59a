import { browserOf } from '#core/http/user-agent-browser.ts';
import type { Platform } from '#platform/scope.ts';

const MOST = 100;

/** Where a person is signed in, the latest first. */
export async function listSessions({ database }: Platform, userId: string, currentId: string | undefined) {
  const rows = await database.session.findMany({
    where: { userId, expiresAt: { gt: new Date() } },
    orderBy: { updatedAt: 'desc' },
    take: MOST,
  });
  return rows.map(({ id, userAgent, ipAddress, createdAt, updatedAt }) => ({
    id,
    browser: userAgent ? browserOf(userAgent) : 'Unknown',
    ip: ipAddress || null,
    created_at: createdAt,
    used_at: updatedAt,
    current: id === currentId,
  }));
}
