/** A page's query string as Next.js passes it. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** A page's query string. If a name is given twice, the first value counts. */
export async function queryOf(searchParams: SearchParams): Promise<URLSearchParams> {
  const query = new URLSearchParams();
  for (const [name, given] of Object.entries(await searchParams)) {
    const value = [given].flat()[0];
    if (value !== undefined) query.set(name, value);
  }
  return query;
}
