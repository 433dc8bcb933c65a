/** What to do about a finding that can't be told: to give what is missing, by what its message says of the cause. */

/** What is said of a cause, and what helps. */
const BY_CAUSE: readonly (readonly [cause: RegExp, remedy: (...found: string[]) => string])[] = [
  [
    /\bvar\.([\w-]+) has no value/,
    (name) => `Give var.${name} a value: by --var ${name}=VALUE, by --var-file FILE, or as its default.`,
  ],
  [
    /\bvar\.([\w-]+) of (module\.\S+) has no value/,
    (name, module) => `Give var.${name} a value where ${module} is called, or as its default.`,
  ],
  [/\bterraform\.workspace is not known/, () => "Name the workspace by --workspace NAME."],
  [
    /\b(module\.\S+?)(?: is not read| is not in the input\b| is not judged: the module's resources are not in the input)/,
    (module) => `Run 'terraform init' where it is called, so that ${module} is read from .terraform/modules.`,
  ],
  [
    /([^\s'(]+) is not in the input in '/,
    (file) => `Put ${file} where the expression reads it, or judge a plan: 'terraform show -json PLAN'.`,
  ],
  [
    /([^\s'(]+) (?:lies outside of the input|is too large to read|can't be read)/,
    (file) => `Put ${file} below the folder that is named, as a file that can be read, or judge a plan.`,
  ],
  [
    /is not known (?:before apply|from the input)|is not evaluated|'(?:count|for_each)' can't be evaluated/,
    () => "Judge a plan in which Terraform has worked it out: 'terraform show -json PLAN'.",
  ],
];

const GIVE_WHAT_IS_MISSING =
  "Give the input what is missing, or look at it by hand and declare an exception with a reason and an end.";

/**
 * The remedy of what can't be told: that of its cause, else what its invariant says of this very case, else what always
 * helps. To close what may be closed already is none.
 */
export function remedyOfUnknown(message: string, own: string = GIVE_WHAT_IS_MISSING): string {
  for (const [cause, remedy] of BY_CAUSE) {
    const [whole, ...found] = cause.exec(message) ?? [];
    if (whole !== undefined) return remedy(...found);
  }
  return own;
}
