import { controlPlaneHost } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import { cloudOf } from "../../report/clouds/index";
import { code, plain, row } from "../../report/markdown";
import type { FirewallRequest } from "./index";

const COLUMNS = ["Direction", "Source", "Destination", "Host names", "Protocol", "Port", "Reason", "Document"];

/** A ticket: what is asked for, under which conditions, and what not. */
export function renderMarkdown(request: FirewallRequest, deployment: Deployment): string {
  const { name, tenant, region, cloudRegion } = deployment;
  const { cloud, account } = cloudOf(deployment).words;
  const lines = [
    `# Firewall request: ${code(name)}`,
    "",
    `Union.ai's data plane ${code(name)} (${cloud} ${account[0].toLowerCase()} ${code(account[1])}, ${cloudRegion}) opens every connection itself, to its control plane ${code(controlPlaneHost(tenant, region))} and by its Cloudflare Tunnel. Please let out:`,
    "",
    row(COLUMNS),
    `|${"---|".repeat(COLUMNS.length)}`,
    ...request.rules.map(({ direction, sources, destinations, hosts, protocol, port, reason, paragraph }) =>
      row([
        direction,
        sources.map(code).join("<br>"),
        destinations.map(code).join("<br>"),
        hosts.map(code).join("<br>"),
        protocol,
        String(port),
        plain(reason),
        plain(paragraph),
      ]),
    ),
    "",
    "## What must hold",
    "",
    ...request.conditions.map((sentence) => `- ${plain(sentence)}`),
    "",
    "## Not asked for",
    "",
    ...request.notAskedFor.map((sentence) => `- ${plain(sentence)}`),
  ];
  return `${lines.join("\n")}\n`;
}
