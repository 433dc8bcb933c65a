import { Command, Option } from "commander";
import type { Answer } from "./answer";
import { type Format, RENDERERS } from "./firewall-request/formats";
import { firewallRequest } from "./firewall-request/index";
import { namedDeployment } from "./named-deployment";

interface FirewallRequestFlags {
  readonly format: Format;
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
    .option("--output <file>", "write the ticket there instead of to standard output")
    .addHelpText("after", "\nExit code: 0; 2, there is no such deployment.")
    .action((name: string, { format, output }: FirewallRequestFlags) => {
      const deployment = namedDeployment(name);
      answer(RENDERERS[format](firewallRequest(deployment), deployment), 0, output);
    });
}
