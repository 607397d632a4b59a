import { TRPCError } from '@trpc/server';

/** Whether a page's data cannot be had because its address names nothing: no such id, or no id at all. */
export const leadsNowhere = (error: unknown): boolean =>
  error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST');
