import { Command, Option } from "commander";
import { CHANNELS, isSevered, type Channel } from "../config/channels";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { changeSeverance } from "./severance/index";

interface SeverFlags {
  readonly channel: Channel | "all";
  readonly deploy?: boolean;
}

/** `dataplane sever NAME --channel CHANNEL` */
export function severCommand(answer: Answer): Command {
  return new Command("sever")
    .description("Cut a channel to the control plane off: its rules, then its workloads, and nothing else.")
    .argument("<name>", "the deployment's name")
    .addOption(new Option("--channel <channel>", "what is cut off").choices([...CHANNELS, "all"]).makeOptionMandatory())
    .option("--deploy", "deploy it too, as `npm run deploy` does, with your credentials")
    .addHelpText(
      "after",
      "\nExit code: 0, written (and deployed); 1, more or less than the channel would close, or a deploy failed; 2, the input can't be used.",
    )
    .action((name: string, { channel, deploy = false }: SeverFlags) => {
      const asked = channel === "all" ? CHANNELS : [channel];
      return changeSeverance(
        name,
        {
          change: "closed",
          channels: (deployment) => {
            const open = asked.filter((one) => !isSevered(deployment, one));
            if (open.length > 0) return open;
            throw new InputError(
              "--channel",
              0,
              `'${channel}' of ${name} is severed (allowed: a channel that is open)`,
            );
          },
        },
        { deploys: deploy, answer },
      );
    });
}
