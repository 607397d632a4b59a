/** What a page is given in its query string, each name once. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** A page's query string; of a name that is given twice the first counts. */
export async function queryOf(searchParams: SearchParams): Promise<URLSearchParams> {
  const query = new URLSearchParams();
  for (const [name, given] of Object.entries(await searchParams)) {
    const value = [given].flat()[0];
    if (value !== undefined) query.set(name, value);
  }
  return query;
}
