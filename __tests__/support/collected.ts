/** Records of an account as a collection that is read back. */
import type { Account } from "../../account/account";
import { writeFolder } from "../../account/folder";
import type { AccountReader } from "../../verification/clouds/account";
import { loadResources, type LoadOptions } from "../../verification/load";
import type { Resource } from "../../verification/model";
import { verify } from "../../verification/verify";

export type Records = Readonly<Record<string, readonly object[]>>;

/** Records of a cloud and nothing of every other kind, as they are read back. */
export async function collectedIn(
  folder: string,
  cloud: string,
  read: AccountReader,
  records: Records,
  options: LoadOptions = {},
): Promise<Resource[]> {
  const account: Account = {
    cloud,
    scope: { account: "p" },
    kinds: Object.keys(read),
    pages: async function* () {
      for (const [kind, of] of Object.entries(records)) yield { kind, records: of as Record<string, unknown>[] };
      await Promise.resolve();
    },
  };
  await writeFolder(folder, [account], () => undefined);
  return loadResources([folder], options);
}

/** What lets somebody in, by records of a cloud and nothing of every other kind; a line each. */
export async function inboundOf(...of: Parameters<typeof collectedIn>): Promise<string[]> {
  const { findings } = verify(await collectedIn(...of), { only: ["no-inbound"] });
  return findings.map(({ status, resource, message }) => `${status}: ${resource}: ${message}`);
}
