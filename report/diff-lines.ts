/** What every form of a diff says of one deployment: its changes as sentences, the gravest kind first. */
import { place } from "../verification/crossings";
import type { DeploymentDiff, Diff, RuleReference } from "../verification/diff/model";
import type { Location } from "../verification/model";
import { count } from "./text";

/** Kinds of changes, in the order in which they are told of. */
export const SECTIONS = {
  refused: "Refused",
  fields: "Changed fields",
  destroyed: "Destroyed",
  violated: "Newly violated",
  opened: "Newly open",
  granted: "Newly granted",
  exceptions: "Exceptions",
  closed: "No longer open",
  revoked: "No longer granted",
  fixed: "No longer violated",
  resources: "Resources",
} as const;

export type Section = keyof typeof SECTIONS;

export interface Line {
  readonly section: Section;
  readonly text: string;
  /** What it is about and where that is written; left out where the text says it. */
  readonly resource: string;
  readonly location?: Location | undefined;
  /** Rules that say so, to be put behind the text. */
  readonly rules?: string | undefined;
}

/** Every change of a deployment as a line. */
export function linesOf({
  changes,
  notes,
  packets,
  permissions,
  findings,
  exceptions,
  resources,
}: DeploymentDiff): Line[] {
  const lines: Line[] = [
    ...changes.map(({ field, refused, text }) => ({
      section: refused ? ("refused" as const) : ("fields" as const),
      ...{ text, resource: field },
    })),
    ...notes.map((text) => ({ section: "fields" as const, text, resource: "" })),
    ...packets.map(({ change, text, rules, endpoints }) => ({
      section: change,
      text,
      resource: rules[0]?.resource ?? endpoints[0] ?? "",
      location: rules[0]?.location,
      rules: rulesText(rules),
    })),
    ...permissions.map(({ change, text, resource, location }) => ({
      section: change === "widened" ? ("granted" as const) : ("revoked" as const),
      ...{ text, resource, location },
      rules: `${resource}, ${place(location)}`,
    })),
    ...findings.map(({ change, finding: { invariant, status, message, resource, location } }) => ({
      section: change === "new" ? ("violated" as const) : ("fixed" as const),
      text: `${invariant}${status === "unknown" ? " (unknown: perhaps a widening)" : ""}: ${message}`,
      ...{ resource, location },
      rules: `${resource}, ${place(location)}`,
    })),
    ...exceptions.map(({ text, resource }) => ({ section: "exceptions" as const, text, resource })),
    ...resources.map(({ text, resource, location, destroys }) => ({
      section: destroys === undefined ? ("resources" as const) : ("destroyed" as const),
      ...{ text, resource, location },
    })),
  ];
  const order = Object.keys(SECTIONS);
  return lines.sort((a, b) => order.indexOf(a.section) - order.indexOf(b.section));
}

/** `rule aws_security_group.a, main.tf:7 and 2 more` */
function rulesText([first, ...others]: readonly RuleReference[]): string {
  if (!first) return "no rule: nothing filters it";
  const more = others.length > 0 ? ` and ${count(others.length, "more rule")}` : "";
  return `rule ${first.resource}, ${place(first.location)}${more}`;
}

/** `widened: 2 of 15 deployments changed, 1 added` */
export function summary({ verdict, deployments }: Diff): string {
  const number = (state: DeploymentDiff["state"]) => deployments.filter((one) => one.state === state).length;
  const parts = [
    `${number("changed")} of ${count(deployments.length, "deployment")} changed`,
    ...(["added", "removed"] as const).flatMap((state) => (number(state) > 0 ? [`${number(state)} ${state}`] : [])),
  ];
  return `${verdict}: ${parts.join(", ")}`;
}
