/** What is said of connections that are offered to others, whatever the cloud. */
import { isOpaque, whyOpaque, type Opaque } from "../values";
import { problemAt, type Problem } from "../problem";
import type { Resource } from "../model";

export const MORE = "the connection reaches more than the Kubernetes API";

/** A connection that the deployment declares none of. */
export const undeclared = (offer: Resource): Problem =>
  problemAt(offer, [], "violated", "offers a private connection that the deployment does not declare");

/** Whoever may connect is declared. */
export function* judgePrincipals(
  resource: Resource,
  argument: string,
  principals: readonly (string | Opaque)[],
  declared: readonly string[],
): Generator<Problem> {
  for (const principal of principals) {
    if (isOpaque(principal)) yield notKnown(resource, argument, principal);
    else if (!declared.includes(principal)) {
      yield problemAt(
        resource,
        [argument],
        "violated",
        `lets ${principal} connect, which the deployment does not declare`,
      );
    }
  }
}

export const notKnown = (resource: Resource, argument: string, value: Opaque): Problem =>
  problemAt(resource, [argument], "unknown", `${argument} can't be told: ${whyOpaque(value)}`);
