import { Command } from "commander";
import { severedChannels } from "../config/channels";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { changeSeverance } from "./severance/index";

/** `dataplane restore NAME` */
export function restoreCommand(answer: Answer): Command {
  return new Command("restore")
    .description("Open again what `dataplane sever` cut off, and nothing else.")
    .argument("<name>", "the deployment's name")
    .option("--deploy", "deploy it too, as `npm run deploy` does, with your credentials")
    .addHelpText(
      "after",
      "\nExit code: 0, written (and deployed); 1, more or less than the channel would open, or a deploy failed; 2, the input can't be used.",
    )
    .action((name: string, { deploy = false }: { readonly deploy?: boolean }) =>
      changeSeverance(
        name,
        {
          change: "opened",
          channels: (deployment) => {
            const severed = severedChannels(deployment);
            if (severed.length > 0) return severed;
            throw new InputError("NAME", 0, `'${name}' has no channel that is severed (allowed: one that has)`);
          },
        },
        { deploys: deploy, answer },
      ),
    );
}
