import { byStanding, DOUBTFUL, DROPPED, PASSED, type Question } from "./question";

/** Cloudflare's own servers call nobody: they answer. */
export const openedFromInside: Question = {
  id: "opened-from-inside",
  holds: "every connection with Cloudflare was opened from inside",
  paragraph: "Outbound-only model",
  select: () =>
    byStanding(
      `CASE WHEN client_carries <> 'tunnel' AND undetermined = 0 THEN 'fine' WHEN ${DROPPED} AND undetermined = 0 THEN 'listed' WHEN ${DOUBTFUL} THEN 'unknown' ELSE 'violated' END`,
      `${PASSED} AND (client_carries = 'tunnel' OR server_carries = 'tunnel')`,
    ),
  says: {
    violated: "opened by Cloudflare",
    unknown: "no record tells who opened it",
    listed: "tries at addresses that nobody has, unanswered",
    fine: "opened from inside",
  },
};
