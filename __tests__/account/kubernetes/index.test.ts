/** What is asked of a cluster: kubectl is a script that answers from a table. */
import { chmodSync } from "node:fs";
import type { Page } from "../../../account/account";
import { kubernetesCluster } from "../../../account/kubernetes/index";
import { testEnvironment } from "../../support/environment";
import { scratchFolder, writeFiles } from "../../support/scratch";

const at = scratchFolder();
testEnvironment({ KUBECTL: at("kubectl") });

const object = (name: string, owner?: string) => ({
  metadata: { name, ...(owner !== undefined && { ownerReferences: [{ kind: owner, name: "o", controller: true }] }) },
  spec: {},
});
const group = (name: string, ...versions: readonly string[]) => ({
  name,
  versions: versions.map((version) => ({ groupVersion: `${name}/${version}` })),
});
const kinds = (...names: readonly string[]) => ({ resources: names.map((name) => ({ name })) });

/** Pages of a cluster that answers so by path, and has nothing anywhere else. */
async function pagesOf(answers: Readonly<Record<string, object>>): Promise<Map<string, Page>> {
  writeFiles({
    [at("answers.json")]: answers,
    [at("kubectl")]: `#!/usr/bin/env node
const path = process.argv.at(-1).replace(/[?].*/, "");
if (!path.startsWith("/")) process.stdout.write("https://cluster.example");
else {
  const answer = require(${JSON.stringify(at("answers.json"))})[path] ?? { items: [] };
  if (answer.error) { process.stderr.write(answer.error); process.exit(1); }
  process.stdout.write(JSON.stringify(answer));
}
`,
  });
  chmodSync(at("kubectl"), 0o755);
  const account = await kubernetesCluster("test");
  const pages = new Map<string, Page>();
  for await (const page of account.pages()) pages.set("failed" in page ? page.failed.kind : page.kind, page);
  expect([...pages.keys()]).toEqual(account.kinds);
  return pages;
}

test("what not every cluster serves is asked for in the version that it serves", async () => {
  const pages = await pagesOf({
    "/apis": {
      groups: [
        group("gateway.networking.k8s.io", "v1", "v1alpha2"),
        group("admissionregistration.k8s.io", "v1"),
        group("other.example", "v1"),
      ],
    },
    "/apis/gateway.networking.k8s.io/v1": kinds("gateways", "gateways/status"),
    "/apis/gateway.networking.k8s.io/v1alpha2": kinds("tcproutes"),
    "/apis/admissionregistration.k8s.io/v1": kinds("validatingadmissionpolicies"),
    "/apis/gateway.networking.k8s.io/v1/gateways": { items: [object("g")] },
    "/apis/gateway.networking.k8s.io/v1alpha2/tcproutes": { items: [object("r")] },
    "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies": { items: [object("v")] },
  });
  const gatewayApi = "gateway.networking.k8s.io";
  const [spec, metadata] = [{}, (name: string) => ({ name })];
  expect(pages.get("gateways")).toEqual({
    kind: "gateways",
    records: [{ apiVersion: `${gatewayApi}/v1`, kind: "Gateway", metadata: metadata("g"), spec }],
  });
  expect(pages.get("tcproutes")).toMatchObject({
    records: [{ apiVersion: `${gatewayApi}/v1alpha2`, kind: "TCPRoute" }],
  });
  expect(pages.get("validatingadmissionpolicies")).toMatchObject({ records: [{ metadata: { name: "v" } }] });
  expect(pages.get("httproutes")).toEqual({ kind: "httproutes", records: [] });
  expect(pages.get("mutatingadmissionpolicies")).toEqual({ kind: "mutatingadmissionpolicies", records: [] });
});

test("what can't be asked for is no empty list", async () => {
  const pages = await pagesOf({ "/apis": { error: "Error from server (Forbidden): no" } });
  expect(pages.get("gateways")).toMatchObject({ failed: { kind: "gateways", lacks: "list gateways" } });
  expect(pages.get("services")).toEqual({ kind: "services", records: [] });
});

test("what runs pods is left out where another object makes it, and what is exposed is not", async () => {
  const pages = await pagesOf({
    "/apis": { groups: [] },
    "/api/v1/pods": { items: [object("p", "ReplicaSet"), object("q")] },
    "/api/v1/services": { items: [object("s", "Kafka")] },
  });
  expect(pages.get("pods")).toMatchObject({ records: [{ metadata: { name: "q" } }] });
  expect(pages.get("services")).toMatchObject({ records: [{ metadata: { name: "s" } }] });
});
