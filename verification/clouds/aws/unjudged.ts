/**
 * Resources that change who can reach what and that the other files do not model. Each is named in the report, so that
 * what is not judged is never taken as fine. `classification.json` has every type of the provider.
 *
 * Transit gateways, VPNs, peerings, Direct Connect and core networks are judged by `routes.ts`, which takes every address
 * to be behind them. Nothing relies on Amazon VPC's Block Public Access, so that only what it stops is unknown.
 */
import { ClassifiedTypes, ONLY_STOPS, unjudgedFor, type Classification } from "../classification";
import type { TerraformInput } from "../terraform-input";
import type { Resource, Unjudged } from "../../model";
import table from "./classification.json";

/** Types of other providers that make resources of AWS. */
const OTHERS: readonly (readonly [type: RegExp, reason: string])[] = [
  [/^terraform:module$/, "the module's resources are not in the input"],
  [/^awscc_/, "it may make network resources that the input does not hold"],
];

/** Types newer than the table that take rules away and give none. */
const HARMLESS = new Set(["aws_vpc_security_group_rules_exclusive"]);

let types: ClassifiedTypes | undefined;

/** What the AWS files leave out of `input`. */
export function unjudgedTypes(input: TerraformInput): Unjudged[] {
  types ??= new ClassifiedTypes(table as Classification);
  const listed = input.resources.filter(({ type }) => !HARMLESS.has(type));
  return [
    ...types.unjudgedOf(listed, "aws_"),
    ...input.resources.flatMap((resource) => {
      const reason = resource.mode === "managed" ? reasonOf(resource) : undefined;
      return reason === undefined ? [] : [unjudgedFor(resource, reason)];
    }),
  ];
}

function reasonOf({ type, values }: Resource): string | undefined {
  if (type === "aws_vpc_block_public_access_options") {
    const mode = values["internet_gateway_block_mode"];
    return mode === "off" || mode === "block-ingress" ? undefined : ONLY_STOPS;
  }
  return OTHERS.find(([pattern]) => pattern.test(type))?.[1];
}
