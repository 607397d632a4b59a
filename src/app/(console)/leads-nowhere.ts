import { TRPCError } from '@trpc/server';

/** Whether an error means that the page's address is wrong: there is no such id, or it is not a valid id. */
export const leadsNowhere = (error: unknown): boolean =>
  error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST');
