import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "default-deny",
  title: "Every pod is selected by a NetworkPolicy in both directions.",
  paragraph: "Egress configuration",
  remedy: "Add a NetworkPolicy with an empty podSelector and both policyTypes to the namespace.",
  check: (judged) => checkedByClouds("default-deny", judged),
};
