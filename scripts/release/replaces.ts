/** What an upgrade of the package destroys in a standing account, and what the changelog says of it. */
import { diffPaths } from "../../verification/diff/index";

/** A resource that the next deploy destroys, for good or to make it anew. */
export interface Destroyed {
  /** `aws_s3_bucket.object-store_metadata_3E1F0A7B` */
  readonly address: string;
  /** `acme-prod: aws_s3_bucket.object-store_metadata_3E1F0A7B is replaced (bucket)` */
  readonly text: string;
}

/**
 * What is removed or replaced between two `cdktf.out` folders, by addresses, `moved` blocks and the arguments by which
 * the providers replace a resource.
 *
 * @throws InputError if a folder can't be used
 */
export async function destroyedBetween(released: string, today: string): Promise<Destroyed[]> {
  const { deployments } = await diffPaths([released], [today]);
  return deployments.flatMap(({ name, resources }) =>
    resources
      .filter(({ change }) => change === "removed" || change === "replaced")
      .map(({ resource, text }) => ({ address: resource, text: `${name}: ${text}` })),
  );
}

/**
 * Addresses that a changelog names under `### Replaces`, in all that is newer than a version; `*` stands for any part.
 *
 * @param changelog in the format of Keep a Changelog, newest first
 * @throws Error if no version of it is the one
 */
export function namedSince(changelog: string, version: string): string[] {
  const sections = changelog.split(/^## /m);
  const last = sections.findIndex((section) => /^\[?([^\s\]]+)/.exec(section)?.[1] === version);
  if (last < 0) throw new Error(`CHANGELOG.md has no section '## ${version}', the release that is kept`);
  const replaces = sections.slice(0, last).flatMap((section) =>
    section
      .split(/^### /m)
      .filter((part) => /^Replaces\s*$/m.test(part))
      .flatMap((part) => part.split("\n").slice(1)),
  );
  // Of an entry the code at its beginning; what is to be done before may name others.
  return replaces.flatMap((line) => /^[-*] `([^`]+)`/.exec(line)?.[1] ?? []);
}

/** What is destroyed and not named, and names that nothing destroyed has. */
export function unnamed(
  destroyed: readonly Destroyed[],
  names: readonly string[],
): { readonly destroyed: readonly string[]; readonly names: readonly string[] } {
  const isNamed = (name: string, { address }: Destroyed) =>
    new RegExp(`^${name.replaceAll(/[.[\]]/g, "\\$&").replaceAll("*", ".*")}$`).test(address);
  return {
    destroyed: destroyed.filter((one) => !names.some((name) => isNamed(name, one))).map(({ text }) => text),
    names: names.filter((name) => !destroyed.some((one) => isNamed(name, one))),
  };
}
