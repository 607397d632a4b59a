/** Loads another page from the server. Never resolves: whoever waits for it stays busy until this page is gone. */
export function leaveFor(url: string): Promise<never> {
  location.assign(url);
  return new Promise(() => {});
}
