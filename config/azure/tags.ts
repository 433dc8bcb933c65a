import type { TagRules } from "../tags";

/** Tags by the rules of Azure's resource manager, and of storage accounts, which take shorter names. */
export const TAGS: TagRules = {
  key: /^(?! )[^<>%&\\?/\p{C}]{1,128}(?<! )$/u,
  keys: "1 to 128 characters without '<>%&\\?/', no space first or last",
  value: /^[^\p{C}]{0,256}$/u,
  values: "at most 256 characters",
  reserved: /^(microsoft|azure|windows|union:|aks-managed|hidden-)/i,
  // Of 50, AKS takes those of its node pools.
  most: 40,
  tellsCase: false,
};
