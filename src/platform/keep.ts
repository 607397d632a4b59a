/** Gives what was made under a name, or makes it. */
export type Keep = <Kept>(name: string, make: () => Kept) => Kept;

export function createKeep(): Keep {
  const kept = new Map<string, unknown>();
  return <Kept>(name: string, make: () => Kept) => {
    if (!kept.has(name)) kept.set(name, make());
    return kept.get(name) as Kept;
  };
}
