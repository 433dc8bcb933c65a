import { byStanding, DOUBTFUL, DROPPED, PASSED, type Question } from "./question";

/** Whoever is outside opens nothing, but what the written rules admit, such as the customer's own clients of the API. */
export const noneFromOutside: Question = {
  id: "none-from-outside",
  holds: "nothing was accepted from outside but what the written rules admit",
  paragraph: "Outbound-only model",
  select: () =>
    byStanding(
      `CASE WHEN permitted = 2 THEN 'fine' WHEN ${DROPPED} AND undetermined = 0 THEN 'listed' WHEN permitted = 1 OR ${DOUBTFUL} THEN 'unknown' ELSE 'violated' END`,
      `${PASSED} AND ((server_inside AND NOT client_inside) OR (undetermined > 0 AND client_inside AND NOT server_inside))`,
    ),
  says: {
    violated: "accepted from outside",
    unknown: "no record tells who opened it, or the written rules don't tell whether it may",
    listed: "tries at addresses that nobody has, unanswered",
    fine: "admitted by the written rules",
  },
};
