import { serveDocs } from '#api/docs.ts';

export const GET = async (_: Request, { params }: { params: Promise<{ file?: string[] }> }) =>
  serveDocs((await params).file?.join('/'));
