/** Deployments to synthesize. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

const HUB = ["network", "peering", "hubNetworkId"];

/** Writes `count` deployments, numbered from `after` on, which differ from `example` in what must be unique. */
export function writeDeployments(example: string, folder: string, count: number, after = 0): void {
  const document = parseDocument(readFileSync(example, "utf8"));
  for (let number = after + 1; number <= after + count; number++) {
    const name = `bench-${number}`;
    document.set("name", name);
    document.set("clientId", name);
    if (document.has("project")) document.set("project", `${name}-project`);
    const hub = document.getIn(HUB);
    if (typeof hub === "string") document.setIn(HUB, `${hub.replace(/-\d+$/, "")}-${number}`);
    writeFileSync(join(folder, `${name}.yaml`), document.toString());
  }
}
