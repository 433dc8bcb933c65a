/** Partitions of AWS beside `aws`, by the beginning of their regions' names. */
const OTHERS = {
  "us-gov-": "aws-us-gov",
  "cn-": "aws-cn",
  "us-iso-": "aws-iso",
  "us-isob-": "aws-iso-b",
  "eu-isoe-": "aws-iso-e",
  "us-isof-": "aws-iso-f",
  "eusc-": "aws-eusc",
} as const;

/**
 * Why no deployment can be in `region`: it lies in another partition than `aws`, whose ARNs, and in some whose host
 * names and endpoints, are others than those that are written here. Undefined for regions of `aws`.
 */
export function outsidePartition(region: string): string | undefined {
  const other = Object.entries(OTHERS).find(([beginning]) => region.startsWith(beginning))?.[1];
  return other === undefined
    ? undefined
    : `'${region}' lies in AWS's partition '${other}', for which nothing is written here: its ARNs and endpoints are others (allowed: a region of partition 'aws')`;
}
