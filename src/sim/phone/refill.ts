/** Makes a map hold these entries and no others: who holds the map keeps it. */
export function refill<V>(map: Map<string, V>, entries: Iterable<readonly [string, V]>): void {
  map.clear();
  for (const [name, value] of entries) map.set(name, value);
}
