/**
 * What is worked out of an object once, for all who ask while that object lives: invariants, clouds and reports ask of
 * the same input many times, and nothing of it changes.
 */
export function oncePer<K extends object, T>(work: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { readonly result: T }>();
  return (of) => {
    let held = known.get(of);
    if (!held) known.set(of, (held = { result: work(of) }));
    return held.result;
  };
}
