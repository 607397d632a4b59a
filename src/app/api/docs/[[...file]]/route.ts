import { serveDocs } from '#api/docs.ts';
import { refuseMethod } from '#api/refuse-method.ts';

export const GET = async ({ headers }: Request, { params }: { params: Promise<{ file?: string[] }> }) =>
  serveDocs((await params).file?.join('/'), headers.get('x-nonce') ?? '');

const refuse = refuseMethod('GET');

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
