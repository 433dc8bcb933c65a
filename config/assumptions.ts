/**
 * What a deployment takes for granted of what others run: a firewall behind a gateway, a network, a key, a registry that
 * it is given. None of it is in what is synthesized, so nothing here proves it: every report lists it instead, with a way
 * to look. It follows from the deployment alone.
 */
import { assumptionsOf as assumptionsOnAws } from "./aws/assumptions";
import { assumptionsOf as assumptionsOnAzure } from "./azure/assumptions";
import { cloudflareIps } from "./cloudflare-ips";
import { controlPlaneHost } from "./control-plane";
import type { Deployment } from "./deployment";
import { assumptionsOf as assumptionsOnGoogle } from "./google/assumptions";
import { PLATFORM_NAMESPACE, namespacesOfTasks } from "./names";
import type { Assumption } from "./assumption";

/** The lines that begin every list, on each cloud, and then the cloud's own. */
export function assumptionsOf(deployment: Deployment): readonly Assumption[] {
  return [...common(deployment), ...ofCloud(deployment)];
}

function ofCloud(deployment: Deployment): readonly Assumption[] {
  switch (deployment.cloud) {
    case "aws":
      return assumptionsOnAws(deployment);
    case "google":
      return assumptionsOnGoogle(deployment);
    case "azure":
      return assumptionsOnAzure(deployment);
  }
}

function common(deployment: Deployment): Assumption[] {
  const { egress, tenant, region, workloads } = deployment;
  const host = controlPlaneHost(tenant, region);
  const sharesNamespace = namespacesOfTasks(deployment).includes(PLATFORM_NAMESPACE);
  return [
    {
      id: "cloudflare-list",
      assumed: `Cloudflare's blocks are still those of ${cloudflareIps().date} (cloudflare-ips.json).`,
      otherwise: "A block that Cloudflare gave up stays open to whoever has it now; a new one stays closed.",
      check: `npm run cloudflare; without it, curl -s ${cloudflareIps().source} has the etag ${cloudflareIps().etag}`,
      field: "egress.mode",
      paragraph: "Egress configuration",
    },
    {
      id: "control-plane-addresses",
      assumed: `${host} answers at addresses that egress opens: Cloudflare's${egress.mode === "list" ? " of 'egress.cidrs'" : ""}${egress.controlPlaneCidrs.length > 0 ? " or those of 'egress.controlPlaneCidrs'" : ""}.`,
      otherwise: "Nothing registers: the operator's calls and its tunnel's token stay closed.",
      check: `dig +short ${host}`,
      field: egress.controlPlaneCidrs.length > 0 ? "egress.controlPlaneCidrs" : "tenant",
      paragraph: "Regional endpoints",
    },
    ...(workloads === "chart"
      ? [
          {
            id: "union-chart",
            assumed: "Union's chart makes the pods, labels and ports that chart/facts.json has of it.",
            otherwise: "Its pods have paths that nobody judged, or lack those that they need.",
            check: "npx dataplane verify cdktf.out RENDER, where RENDER is what 'helm template' prints",
            field: "workloads",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
    ...(sharesNamespace
      ? [
          {
            id: "task-labels",
            assumed: `Whoever writes tasks gives their pods in namespace ${PLATFORM_NAMESPACE} no label of the platform's.`,
            otherwise: "Such a pod takes the platform's paths: to the tunnel's edge too.",
            check: `kubectl get pods -n ${PLATFORM_NAMESPACE} --show-labels`,
            field: "taskNamespaces",
            paragraph: "Egress configuration",
          } as const,
        ]
      : []),
    ...management(deployment),
    ...stateStore(deployment),
  ];
}

/** BYOC: whoever the deployment says may connect. */
function management({ privateManagement: given }: Deployment): Assumption[] {
  if (!given) return [];
  const [what, ids] = Object.entries(given).find(([, value]) => Array.isArray(value)) ?? ["principals", []];
  return [
    {
      id: "management-principals",
      assumed: `${(ids as readonly string[]).join(", ")} are Union's own, and Union keeps them to itself.`,
      otherwise: "Somebody else connects to the Kubernetes API, and must still sign in.",
      check: "Union's own word for these ids, and who is connected: the output that begins with 'verify_private'",
      field: `privateManagement.${what}`,
      paragraph: "Private connectivity (BYOC)",
    },
  ];
}

/** The state says what stands, whoever wrote it last. */
function stateStore({ state }: Deployment): Assumption[] {
  if (state.backend === "local") return [];
  const [field, name] = "bucket" in state ? ["bucket", state.bucket] : ["storageAccount", state.storageAccount];
  return [
    {
      id: "state-store",
      assumed: `Only deployers read and write the state in ${name}, which keeps its versions and is encrypted.`,
      otherwise:
        "Whoever writes it has the next deploy destroy or forget what stands; without versions nothing brings it back.",
      check: `the policy, the versioning and the encryption of ${name}`,
      field: `state.${field}`,
      paragraph: "Outbound-only model",
    },
  ];
}
