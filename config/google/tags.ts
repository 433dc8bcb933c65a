import type { TagRules } from "../tags";

/** Tags become labels, of which Google allows fewer characters. */
export const TAGS: TagRules = {
  key: /^[a-z][a-z0-9_-]{0,62}$/,
  keys: "a label of Google Cloud: at most 63 lower-case letters, digits, '_' and '-', a letter first",
  value: /^[a-z0-9_-]{0,63}$/,
  values: "a label of Google Cloud: at most 63 lower-case letters, digits, '_' and '-'",
  reserved: /^(goog|union-deployment$)/,
  // Of 64, GKE takes those of its nodes.
  most: 50,
  tellsCase: true,
};
