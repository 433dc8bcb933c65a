/** An example of invariants of one's own: `npx dataplane verify PATH --invariants docs/invariants/tagged-owner.ts`. */
import type { Invariant } from "../../verification/invariants/invariant";

/** Types that someone must answer for. */
const OWNED = ["aws_instance", "aws_security_group", "aws_vpc"];

export const invariant: Invariant = {
  id: "tagged-owner",
  title: "Every machine, group and network names who answers for it.",
  paragraph: "Our own handbook, chapter 4",
  remedy: "Add a tag 'owner' with the team's address.",
  *check({ system }) {
    for (const { type, mode, address, values, location } of system.resources) {
      if (mode !== "managed" || !OWNED.includes(type)) continue;
      const tags = (values["tags"] ?? {}) as Readonly<Record<string, unknown>>;
      // What is not known from the input is an object too, and tells why.
      if (tags["kind"] === "unknown") {
        yield {
          status: "unknown",
          resource: address,
          location,
          message: `tags can't be told: ${String(tags["reason"])}`,
        };
      } else if (!tags["owner"]) {
        yield { status: "violated", resource: address, location, message: "has no tag 'owner'" };
      }
    }
  },
};
