/**
 * The one of `words` that takes the fewest letters added, left out or changed to become `word`; undefined of none.
 *
 * @param most the most letters; default: any number
 */
export function nearest(word: string, words: readonly string[], most = Infinity): string | undefined {
  const [first] = words
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter((one) => one.distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return first?.candidate;
}

/** Levenshtein's distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const letter of from) {
    const above = row;
    row = [(above[0] ?? 0) + 1];
    for (let column = 1; column <= to.length; column++) {
      const changed = (above[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      row.push(Math.min(changed, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1));
    }
  }
  return row[to.length] ?? 0;
}
