/** Finds which of some hosts a host is, or is below. */
export type HostTable = {
  /** @param host in any case, perhaps with a port. @returns the index of the longest one, or -1. */
  find(host: string): number;
};

type Node = { next: Map<number, Node>; index: number };

const [DOT, COLON] = [46, 58];
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const lowered = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);

/**
 * A tree of names that is read from their end, so that for most hosts a few characters decide.
 * @param hosts in lower case; of equal ones the first counts.
 */
export function createHostTable(hosts: readonly string[]): HostTable {
  const root: Node = { next: new Map(), index: -1 };
  for (const [index, host] of hosts.entries()) {
    let node = root;
    for (let at = host.length - 1; at >= 0; at -= 1) {
      const code = host.charCodeAt(at);
      const next: Node = node.next.get(code) ?? { next: new Map(), index: -1 };
      node.next.set(code, next);
      node = next;
    }
    if (node.index < 0) node.index = index;
  }

  return {
    find(host) {
      let node: Node | undefined = root;
      let found = -1;
      for (let at = nameEnd(host) - 1; at >= 0; at -= 1) {
        const code = lowered(host.charCodeAt(at));
        if (code === DOT && node.index >= 0) found = node.index;
        node = node.next.get(code);
        if (!node) return found;
      }
      return node.index >= 0 ? node.index : found;
    },
  };
}

/** Where a host's name ends, before its port. */
function nameEnd(host: string): number {
  let at = host.length - 1;
  while (at >= 0 && isDigit(host.charCodeAt(at))) at -= 1;
  return at >= 0 && at < host.length - 1 && host.charCodeAt(at) === COLON ? at : host.length;
}
