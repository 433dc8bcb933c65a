/**
 * Quotas of running processors, by the beginnings of the names of machine types that count against them. Codes as
 * Service Quotas lists them for `ec2`: https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
 */
interface VcpuQuota {
  readonly families: RegExp;
  readonly name: string;
  readonly onDemand: string;
  readonly spot: string;
}

const QUOTAS: readonly VcpuQuota[] = [
  { families: /^inf\d/, name: "Inf", onDemand: "L-1945791B", spot: "L-B5D1601B" },
  { families: /^trn\d/, name: "Trn", onDemand: "L-2C3B7624", spot: "L-6B0D517C" },
  { families: /^dl\d/, name: "DL", onDemand: "L-6E869C2A", spot: "L-85EED4F7" },
  { families: /^(g|gr|vt)\d/, name: "G and VT", onDemand: "L-DB2E81BA", spot: "L-3819A6DF" },
  { families: /^p5/, name: "P (P5 where spot)", onDemand: "L-417A185B", spot: "L-C4BD4855" },
  { families: /^p[234]/, name: "P (P2 to P4 where spot)", onDemand: "L-417A185B", spot: "L-7212CCBC" },
  { families: /^f\d/, name: "F", onDemand: "L-74FC7D96", spot: "L-88CF9481" },
  { families: /^x\d/, name: "X", onDemand: "L-7295265B", spot: "L-E3A00192" },
  {
    families: /^(a|c|d|h|i|im|is|m|r|t|z)\d/,
    name: "Standard (A, C, D, H, I, M, R, T, Z)",
    onDemand: "L-1216C47A",
    spot: "L-34B43A08",
  },
];

/** The quota that machines of a type count against, by its code; undefined for a type that is not known here. */
export function vcpuQuota(type: string, isSpot: boolean): { readonly code: string; readonly name: string } | undefined {
  const quota = QUOTAS.find(({ families }) => families.test(type));
  if (quota === undefined) return undefined;
  return {
    code: isSpot ? quota.spot : quota.onDemand,
    name: `vCPUs of ${quota.name} ${isSpot ? "spot" : "on-demand"} machines`,
  };
}
