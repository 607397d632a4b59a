import type { Metadata } from 'next';
import { leadsNowhere } from './leads-nowhere.ts';

/**
 * The title of a page that shows one thing.
 * @param load reads the thing
 * @param kind the title if it can't be read. The page itself says why
 */
export const titleOf = async <T>(load: Promise<T>, nameOf: (one: T) => string, kind: string): Promise<Metadata> => ({
  title: await load.then(nameOf, (error: unknown) => (leadsNowhere(error) ? 'Page not found' : kind)),
});
