/** Azure's service tags as named sets of addresses. */

/** The name of the set that a tag stands for: `Storage.EastUS` and `Storage.eastus` are one. */
export function tagName(tag: string): string {
  const [service = "", region] = tag.split(".");
  return region === undefined ? `azure:${service}` : `azure:${service}.${region.toLowerCase()}`;
}
