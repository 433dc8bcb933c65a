/** The document's verification steps, with commands filled in for one deployment. */
import { flowLogGroup } from "../../config/aws/names";
import type { Deployment } from "../../config/deployment";
import { PLATFORM_NAMESPACE, namespacesOfTasks } from "../../config/names";
import type { Output } from "../../verification/promises/deployed";
import type { Resource } from "../../verification/model";
import type { Judgement } from "../../verification/verify";
import { cloudWords } from "./cloud-words";
import type { Command, Step, StepGroup } from "./model";

/** Ports of Union's services, which none may reach from outside. */
const SCANNED_PORTS = "443,7844,8080,8081,8089,10250,10254";

/** Document, "Verification", and "Private connectivity (BYOC)"; then the checks that this package adds. */
export function stepsOf(judgement: Judgement, deployment: Deployment): StepGroup[] {
  const { system, outputs } = judgement;
  const resolve = resolver(system.resources);
  const output = (...names: string[]): Command[] =>
    names.flatMap((name) => outputs.filter((one) => one.name === name).flatMap((one) => commandsOf(one, resolve)));
  const kubectl = (name: string, text: string): Command[] => {
    const found = output(name);
    return found.length > 0 ? found : [plain(text)];
  };
  const words = cloudWords(deployment);
  const [task = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
  const opened = flowLogs(judgement, deployment);
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
          expect: `Bulk data flows between task pods and the object store (${words.objectStoreHost}), not to Cloudflare's addresses.`,
        },
        {
          text: "Open the browser's developer tools (Network) in Union.ai's interface and fetch a binary output.",
          commands: [],
          expect: `It comes by a presigned URL from ${words.objectStoreHost}.`,
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
          commands: privateConnections(deployment, output),
          expect: deployment.privateManagement
            ? "The declared offer, and no other."
            : "No offer of the Kubernetes API.",
        },
      ],
    },
    { title: "Checks of this package", steps: ownChecks(outputs, resolve) },
  ];
}

function privateConnections(deployment: Deployment, output: (...names: string[]) => Command[]): Command[] {
  switch (deployment.cloud) {
    case "aws":
      return [
        plain(`aws ec2 describe-vpc-endpoint-service-configurations --region ${deployment.cloudRegion}`),
        plain(
          `aws ec2 describe-vpc-endpoints --region ${deployment.cloudRegion} --filters 'Name=service-name,Values=*eks*'`,
        ),
      ];
    case "google":
      return output("verify_private_management_commands");
    case "azure":
      return output("verify_private_link_services_command", "verify_private_endpoints_command");
  }
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

// ---------------------------------------------------------------- flow logs

/** Commands that list connections which an outside address opened. */
function flowLogs({ system, outputs }: Judgement, deployment: Deployment): Command[] {
  const ofType = (type: string) => system.resources.filter((resource) => resource.type === type);
  switch (deployment.cloud) {
    case "aws": {
      const format = ofType("aws_flow_log")[0]?.values["log_format"];
      if (typeof format !== "string") return [];
      const tests: Readonly<Record<string, string>> = {
        flow_direction: "flow_direction = ingress",
        tcp_flags: "tcp_flags = 2 || tcp_flags = 3",
        action: "action = ACCEPT",
      };
      const fields = [...format.matchAll(/\{([\w-]+)\}/g)].map(([, field = ""]) => field.replaceAll("-", "_"));
      const pattern = `[${fields.map((field) => tests[field] ?? field).join(", ")}]`;
      return [
        plain(
          `aws logs filter-log-events --region ${deployment.cloudRegion} --log-group-name ${flowLogGroup(deployment)} ` +
            `--query 'events[].message' --filter-pattern '${pattern}'`,
        ),
      ];
    }
    case "google": {
      const bucket = ofType("google_logging_project_bucket_config").find(({ address }) =>
        address.includes("flow-logs"),
      );
      if (!bucket) return [];
      const { project, cloudRegion, name } = deployment;
      // Answers of what was opened from inside come from the ports that may be called.
      const filter =
        'log_id("compute.googleapis.com/vpc_flows") AND jsonPayload.reporter="DEST" AND jsonPayload.src_location:* ' +
        "AND NOT jsonPayload.connection.src_port=(443 OR 7844)";
      return [
        plain(
          `gcloud logging read '${filter}' --project ${project} --bucket ${name}-network --location ${cloudRegion} --view _AllLogs --limit 20`,
        ),
      ];
    }
    case "azure": {
      if (ofType("azurerm_log_analytics_workspace").length === 0) return [];
      const query =
        "NTANetAnalytics | where FlowType == 'ExternalPublic' and FlowDirection startswith 'I' and FlowStatus startswith 'A'";
      const printed = outputs.find(({ name }) => name === "log_workspace_id");
      return [
        {
          text: `az monitor log-analytics query --workspace <workspace-id> --analytics-query "${query}"`,
          output: printed ? printing(printed) : "",
        },
      ];
    }
  }
}

// ---------------------------------------------------------------- outputs

type Resolve = (text: string) => string;

const plain = (text: string): Command => ({ text, output: "" });

/** How to have an output printed once its stack is deployed. */
const printing = ({ unit, name }: Output) => `npx cdktf output ${unit} (output ${name})`;

function commandsOf(output: Output, resolve: Resolve): Command[] {
  return output.texts.map((given) => {
    const text = resolve(given);
    return { text, output: /<\w+\.[^<>]+>/.test(text) ? printing(output) : "" };
  });
}

/** Attributes that a provider fills from the resource's name. */
const NAMED_BY = /^(name|id)$/;
/** Types whose id is their name. */
const ID_IS_NAME = new Set(["aws_eks_cluster"]);

/** Fills in references to what the input tells; the cloud gives the others when the stack is deployed. */
function resolver(resources: readonly Resource[]): Resolve {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  return (text) =>
    text.replaceAll(/\$\{(\w+\.[\w-]+)\.(\w+)\}/g, (whole: string, address: string, attribute: string) => {
      const resource = byAddress.get(address);
      const field = attribute === "id" && ID_IS_NAME.has(resource?.type ?? "") ? "name" : attribute;
      const value = NAMED_BY.test(attribute) ? resource?.values[field] : undefined;
      return typeof value === "string" ? value : `<${whole.slice(2, -1)}>`;
    });
}
