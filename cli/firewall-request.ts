import { Command, Option } from "commander";
import { readNatAddresses } from "../config/cloud-outputs";
import type { Answer } from "./answer";
import { type Format, RENDERERS } from "./firewall-request/formats";
import { firewallRequest } from "./firewall-request/index";
import { namedDeployment } from "./named-deployment";

interface FirewallRequestFlags {
  readonly format: Format;
  readonly outputs?: string;
  readonly output?: string;
}

/** `dataplane firewall-request NAME` */
export function firewallRequestCommand(answer: Answer): Command {
  return new Command("firewall-request")
    .description(
      "Print the ticket for the network team: what a firewall on the way out must let through, and what not.",
    )
    .argument("<name>", "the deployment's name")
    .addOption(
      new Option("--format <format>", "of the ticket; csv: the rules alone")
        .choices(Object.keys(RENDERERS))
        .default("markdown"),
    )
    .option(
      "--outputs <file>",
      "where the data plane has its own NAT: its addresses, as `npx cdktf output NAME --outputs-file FILE` writes them",
    )
    .option("--output <file>", "write the ticket there instead of to standard output")
    .addHelpText("after", "\nExit code: 0; 2, there is no such deployment, or a file can't be used.")
    .action((name: string, { format, outputs, output }: FirewallRequestFlags) => {
      const deployment = namedDeployment(name);
      const natAddresses = outputs === undefined ? undefined : readNatAddresses(deployment, outputs);
      answer(RENDERERS[format](firewallRequest(deployment, natAddresses), deployment), 0, output);
    });
}
