import type { TagRules } from "../tags";

/** Tags by the rules of all services of AWS together; IAM's are those that take capitals for small letters. */
export const TAGS: TagRules = {
  key: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u,
  keys: "1 to 128 letters, digits, spaces and '_.:/=+-@'",
  value: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
  values: "at most 256 letters, digits, spaces and '_.:/=+-@'",
  reserved: /^(aws:|union:|union\.ai\/|eks:|kubernetes\.io\/|k8s\.io\/|Name$)/i,
  // Of 50, EKS and the cluster autoscaler take those of instances.
  most: 40,
  tellsCase: false,
};
