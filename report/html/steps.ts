/** The document's verification steps, with commands filled in for one deployment. */
import type { Deployment } from "../../config/deployment";
import { PLATFORM_NAMESPACE, namespacesOfTasks } from "../../config/names";
import type { Output } from "../../verification/promises/deployed";
import type { Resource } from "../../verification/model";
import type { Judgement } from "../../verification/verify";
import type { ReportedCloud } from "../clouds/cloud";
import { cloudOf } from "../clouds/index";
import { plain, printing } from "./commands";
import type { Command, Step, StepGroup } from "./model";

/** Ports of Union's services, which none may reach from outside. */
const SCANNED_PORTS = "443,7844,8080,8081,8089,10250,10254";

/** Document, "Verification", and "Private connectivity (BYOC)"; then the checks that this package adds. */
export function stepsOf(judgement: Judgement, deployment: Deployment): StepGroup[] {
  const { system, outputs } = judgement;
  const cloud = cloudOf(deployment);
  const resolve = resolver(system.resources, cloud);
  const output = (...names: string[]): Command[] =>
    names.flatMap((name) => outputs.filter((one) => one.name === name).flatMap((one) => commandsOf(one, resolve)));
  const kubectl = (name: string, text: string): Command[] => {
    const found = output(name);
    return found.length > 0 ? found : [plain(text)];
  };
  const [task = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
  const opened = cloud.flowLogs(judgement);
  const scanned = outputs.find(({ name }) => name === "nat_addresses");
  return [
    {
      title: "Outbound-only model",
      steps: [
        {
          text: "Review the rules attached to the cluster's nodes: none lets in an external source.",
          commands: output(
            "verify_security_groups_command",
            "verify_firewall_command",
            "verify_node_security_group_command",
          ),
          expect: "Every inbound rule names groups or blocks of the own network; none names Union.ai's addresses.",
        },
        {
          text: "No service in the namespace is open to the control plane.",
          commands: kubectl("check_services", `kubectl get svc -n ${PLATFORM_NAMESPACE}`),
          expect: "Every service is of type ClusterIP; only Apps & Serving may have a load balancer.",
        },
        {
          text: "Review flow logs: connections to Cloudflare are opened from inside.",
          commands: opened,
          expect:
            opened.length > 0
              ? "No record of a connection that an outside address opened."
              : "Your network's own flow logs show a node as the source of every flow to Cloudflare.",
        },
        {
          text: "Optional: scan the addresses that the outside sees, from an external host.",
          commands: scanned
            ? [{ text: `nmap -Pn -p ${SCANNED_PORTS} <nat_addresses>`, output: printing(scanned) }]
            : [],
          expect: "No port is open; nodes have no public addresses of their own.",
        },
      ],
    },
    {
      title: "Cloudflare Tunnel and direct gRPC",
      steps: [
        {
          text: "Inspect the tunnel's logs.",
          commands: kubectl(
            "check_tunnel",
            `kubectl logs deployment/union-operator-proxy -c tunnel -n ${PLATFORM_NAMESPACE}`,
          ),
          expect: "Connections registered with Cloudflare's edge, health checks and message exchanges.",
        },
        {
          text: "Analyze flow logs for traffic patterns.",
          commands: [],
          expect: `Bulk data flows between task pods and the object store (${cloud.words.objectStoreHost}), not to Cloudflare's addresses.`,
        },
        {
          text: "Open the browser's developer tools (Network) in Union.ai's interface and fetch a binary output.",
          commands: [],
          expect: `It comes by a presigned URL from ${cloud.words.objectStoreHost}.`,
        },
      ],
    },
    {
      title: "Egress configuration",
      steps: [
        {
          text: "Outbound traffic is limited to Cloudflare's blocks and the cloud's own services.",
          commands: output("verify_node_security_group_command"),
          expect: "The rules in force are those of 'Allowed egress' on this page.",
        },
        {
          text: "The tunnel is up, and workflows run.",
          commands: [plain(`kubectl rollout status deployment/union-operator-proxy -n ${PLATFORM_NAMESPACE}`)],
          expect: "The deployment is rolled out: its pods are ready once the tunnel has a connection.",
        },
        {
          text: "Reach for an endpoint outside of the allowed list, from a task pod.",
          commands: [plain(`kubectl exec -n ${task} <task-pod> -- curl -m 5 https://example.com`)],
          expect: "No connection.",
        },
      ],
    },
    {
      title: "Private connectivity (BYOC)",
      steps: [
        {
          text: "The Kubernetes API answers at a private address only.",
          commands: [...output("kubeconfig", "kubeconfig_command").slice(0, 1), plain("kubectl cluster-info")],
          expect: "A private address; from outside, nothing answers at it.",
        },
        {
          text: deployment.privateManagement
            ? "The private management connection is the one that is declared."
            : "No private management connection is offered.",
          commands: cloud.privateConnections(output),
          expect: deployment.privateManagement
            ? "The declared offer, and no other."
            : "No offer of the Kubernetes API.",
        },
      ],
    },
    { title: "Checks of this package", steps: ownChecks(outputs, resolve) },
  ];
}

/** The stacks' own checks beyond the document's, with their descriptions. */
function ownChecks(outputs: readonly Output[], resolve: Resolve): Step[] {
  const names = ["check_network_policies", "check_quotas", "check_identities"];
  return outputs
    .filter(({ name }) => names.includes(name))
    .map((output) => ({
      text: output.name.replace(/^check_/, "").replaceAll("_", " "),
      commands: commandsOf(output, resolve),
      expect: output.description,
    }));
}

// ---------------------------------------------------------------- outputs

type Resolve = (text: string) => string;

function commandsOf(output: Output, resolve: Resolve): Command[] {
  return output.texts.map((given) => {
    const text = resolve(given);
    return { text, output: /<\w+\.[^<>]+>/.test(text) ? printing(output) : "" };
  });
}

/** Attributes that a provider fills from the resource's name. */
const NAMED_BY = /^(name|id)$/;
/** Fills in references to what the input tells; the cloud gives the others when the stack is deployed. */
function resolver(resources: readonly Resource[], { namedById }: ReportedCloud): Resolve {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  return (text) =>
    text.replaceAll(/\$\{(\w+\.[\w-]+)\.(\w+)\}/g, (whole: string, address: string, attribute: string) => {
      const resource = byAddress.get(address);
      const field = attribute === "id" && namedById.includes(resource?.type ?? "") ? "name" : attribute;
      const value = NAMED_BY.test(attribute) ? resource?.values[field] : undefined;
      return typeof value === "string" ? value : `<${whole.slice(2, -1)}>`;
    });
}
