/** What was found of the types of kubernetes by looking at them. */
import type { Review } from "./review";

export const KUBERNETES: Review = {
  modelled: ["kubernetes_*"],
  harmless: {},
  unjudged: {},
};
