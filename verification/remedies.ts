/** What to do about a finding that can't be told: to give what the input lacks. */
import type { Missing } from "./model";

const GIVE_WHAT_IS_MISSING =
  "Give the input what is missing, or look at it by hand and declare an exception with a reason and an end.";

/**
 * The remedy of what can't be told: that of what is missing, else what its invariant says of this very case, else what
 * always helps. To close what may be closed already is none.
 */
export const remedyOfUnknown = (missing: Missing | undefined, own: string = GIVE_WHAT_IS_MISSING): string =>
  missing ? remedyOf(missing) : own;

function remedyOf(missing: Missing): string {
  switch (missing.kind) {
    case "variable": {
      const { name, module } = missing;
      return module === undefined
        ? `Give var.${name} a value: by --var ${name}=VALUE, by --var-file FILE, or as its default.`
        : `Give var.${name} a value where ${module} is called, or as its default.`;
    }
    case "workspace":
      return "Name the workspace by --workspace NAME.";
    case "module":
      return `Run 'terraform init' where it is called, so that ${missing.address} is read from .terraform/modules.`;
    case "file":
      return missing.isThere
        ? `Put ${missing.path} below the folder that is named, as a file that can be read, or judge a plan.`
        : `Put ${missing.path} where the expression reads it, or judge a plan: 'terraform show -json PLAN'.`;
    case "deployer":
      return "Give the objects that it installs too: render or build what it takes from elsewhere, and name these files.";
    case "plan":
      return "Judge a plan in which Terraform has worked it out: 'terraform show -json PLAN'.";
  }
}
