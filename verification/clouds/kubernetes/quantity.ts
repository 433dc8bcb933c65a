/** Quantities of resources: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

const POWERS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  ...Object.fromEntries(["k", "M", "G", "T", "P", "E"].map((suffix, i) => [suffix, 1000 ** (i + 1)])),
  ...Object.fromEntries(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, i) => [suffix, 1024 ** (i + 1)])),
};

/** The number that `500m`, `1.5Gi` or `1e3` stands for; undefined for what is no quantity. */
export function parseQuantity(text: string): number | undefined {
  const [, digits, exponent, suffix] =
    /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (exponent === undefined ? (POWERS[suffix ?? ""] ?? NaN) : 10 ** Number(exponent));
}
