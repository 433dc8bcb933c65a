import { byStanding, type Question } from "./question";

/** What users miss: whatever was tried from inside, stopped, and never answered. */
export const rejectedTries: Question = {
  id: "rejected-tries",
  holds: "nothing was refused that the written rules let pass",
  paragraph: "Egress configuration",
  select: () =>
    byStanding(
      "CASE WHEN permitted = 2 THEN 'violated' WHEN permitted = 1 THEN 'unknown' ELSE 'listed' END",
      "client_inside AND refused > 0 AND answers = 0",
    ),
  says: {
    violated: "refused, though the written rules let it pass",
    unknown: "refused; whether the written rules let it pass can't be told",
    listed: "refused, as the written rules say",
  },
};
