/**
 * The folder that a collection is: `collected.json` says what was asked and what failed, and each kind of each cloud is a
 * file of its own, `aws/security-groups.ndjson`, one record a line, so that accounts of any size are written and read
 * line by line.
 */
import { createWriteStream, mkdirSync, renameSync, writeFileSync, type WriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import { version } from "../package.json";
import type { Account, FailedCall } from "./account";

export const COLLECTED = "collected.json";

/** Version of the folder's format. */
const FORMAT = 1;

const failedCall = z.strictObject({
  kind: z.string(),
  call: z.string(),
  lacks: z.string().optional(),
  message: z.string(),
});

export const collectedSchema = z.strictObject({
  format: z.literal(FORMAT),
  tool: z.string(),
  /** When it began, ISO 8601 in UTC. */
  at: z.string(),
  accounts: z.array(
    z.strictObject({
      cloud: z.string().regex(/^[a-z]+$/),
      scope: z.record(z.string(), z.string()),
      /** Records by kind. A kind that is not listed was not asked for. */
      kinds: z.record(z.string().regex(/^[a-z0-9-]+$/), z.int().min(0)),
      failed: z.array(failedCall),
    }),
  ),
});

export type Collected = z.infer<typeof collectedSchema>;

/** The file of a kind in a folder. */
export const fileOf = (folder: string, cloud: string, kind: string): string => join(folder, cloud, `${kind}.ndjson`);

/**
 * Writes everything that accounts tell into a folder, page by page. `collected.json` is written last: a folder without
 * it is one whose collection did not end.
 *
 * @param tell gets a line of progress for each kind that is done
 */
export async function writeFolder(
  folder: string,
  accounts: readonly Account[],
  tell: (line: string) => void,
): Promise<Collected> {
  const at = new Date().toISOString();
  const written: Collected["accounts"] = [];
  for (const account of accounts) {
    mkdirSync(join(folder, account.cloud), { recursive: true });
    written.push(await writeAccount(folder, account, tell));
  }
  const collected: Collected = { format: FORMAT, tool: `dataplane ${version}`, at, accounts: written };
  // At once: what is there is whole.
  const file = join(folder, COLLECTED);
  writeFileSync(`${file}.part`, `${JSON.stringify(collected, null, 2)}\n`);
  renameSync(`${file}.part`, file);
  return collected;
}

async function writeAccount(
  folder: string,
  { cloud, scope, kinds, pages }: Account,
  tell: (line: string) => void,
): Promise<Collected["accounts"][number]> {
  const counts: Record<string, number> = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  const failed: FailedCall[] = [];
  const files = new Map<string, WriteStream>();
  const open = (kind: string) => {
    const file = files.get(kind) ?? createWriteStream(fileOf(folder, cloud, kind), { mode: 0o600 });
    files.set(kind, file);
    return file;
  };
  for (const kind of kinds) open(kind);
  for await (const page of pages()) {
    if ("failed" in page) {
      failed.push(page.failed);
      tell(lineOf(page.failed));
      continue;
    }
    const text = page.records.map((record) => `${JSON.stringify(record)}\n`).join("");
    if (!open(page.kind).write(text)) await once(open(page.kind), "drain");
    counts[page.kind] = (counts[page.kind] ?? 0) + page.records.length;
    tell(`${cloud}: ${page.kind}: ${counts[page.kind] ?? 0}`);
  }
  for (const file of files.values()) {
    file.end();
    await once(file, "close");
  }
  return { cloud, scope: { ...scope }, kinds: counts, failed };
}

/** A failed call in one line: what it was, and the right that lacks. */
export const lineOf = ({ kind, call, lacks, message }: FailedCall): string =>
  `${kind}: ${call} ${lacks === undefined ? "failed" : `was refused: the right ${lacks} lacks`} (${message})`;
