/** Deployments to synthesize. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

/** Writes `count` deployments into the folder, which differ from `example` in what must be unique. */
export function writeDeployments(example: string, folder: string, count: number): void {
  const document = parseDocument(readFileSync(example, "utf8"));
  for (let number = 1; number <= count; number++) {
    const name = `bench-${number}`;
    document.set("name", name);
    document.set("clientId", name);
    writeFileSync(join(folder, `${name}.yaml`), document.toString());
  }
}
