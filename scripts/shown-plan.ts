import { visible } from "../report/lines";

/** What scripts read of what `terraform show -json` prints of a plan. */
export interface ShownPlan {
  readonly resource_changes?: readonly ResourceChange[];
  /** What has changed since Terraform last wrote its state. */
  readonly resource_drift?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
  /** What stands, as it was found while planning. */
  readonly prior_state?: { readonly format_version: string; readonly values?: object };
}

export interface ResourceChange {
  readonly address: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Readonly<Record<string, unknown>> | null;
    readonly after?: Readonly<Record<string, unknown>> | null;
  };
}

/** One change of a plan; `text`: `update \`aws_vpc.main\``. */
export interface Change {
  readonly address: string;
  readonly text: string;
}

/** What a plan changes. */
export function changesIn({ resource_changes: resources = [], output_changes: outputs = {} }: ShownPlan): Change[] {
  const all = [
    ...resources.map(({ address, change }) => ({ address, actions: change.actions })),
    ...Object.entries(outputs).map(([name, { actions }]) => ({ address: `output ${name}`, actions })),
  ];
  return all
    .filter(({ actions }) => actions.some((action) => action !== "no-op" && action !== "read"))
    .map(({ address, actions }) => ({ address, text: visible(`${actions.join(" and ")} \`${address}\``) }));
}
