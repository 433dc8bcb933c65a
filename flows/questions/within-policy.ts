import { byStanding, DOUBTFUL, PASSED, type Question } from "./question";

/** Whatever got through that the written rules don't let pass: a rule that stands in the account and is not written. */
export const withinPolicy: Question = {
  id: "within-policy",
  holds: "nothing passed that the written rules do not let pass",
  paragraph: "Egress configuration",
  select: () =>
    byStanding(
      `CASE WHEN permitted = 2 THEN 'fine' WHEN permitted = 1 OR ${DOUBTFUL} OR NOT ${PASSED} OR NOT client_inside THEN 'unknown' ELSE 'violated' END`,
      // What comes in from outside is another question's.
      `(${PASSED} OR (untold > 0 AND refused = 0)) AND NOT (server_inside AND NOT client_inside)`,
    ),
  says: {
    violated: "passed beyond the written rules",
    unknown: "the written rules or the log don't tell whether it may, or did, pass",
    fine: "within the written rules",
  },
};
