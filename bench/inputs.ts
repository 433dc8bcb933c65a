/** Deployments to synthesize. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

/** Writes `count` deployments, numbered from `after` on, which differ from `example` in what must be unique. */
export function writeDeployments(example: string, folder: string, count: number, after = 0): void {
  const document = parseDocument(readFileSync(example, "utf8"));
  for (let number = after + 1; number <= after + count; number++) {
    const name = `bench-${number}`;
    document.set("name", name);
    document.set("clientId", name);
    writeFileSync(join(folder, `${name}.yaml`), document.toString());
  }
}
