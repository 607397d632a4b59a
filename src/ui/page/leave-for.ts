/** Loads another page from the server. Never resolves, so the caller stays busy until this page is unloaded. */
export function leaveFor(url: string): Promise<never> {
  location.assign(url);
  return new Promise(() => {});
}
