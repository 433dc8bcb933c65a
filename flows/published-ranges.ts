import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Deployment } from "../config/deployment";
import { cloudSet } from "../config/policy-file";
import { errorCode } from "../config/texts";
import { AddressSet } from "../packets/address-set";
import { InputError } from "../verification/input-error";
import type { PublishedRanges } from "./zones";

/** https://learn.microsoft.com/azure/virtual-network/service-tags-overview, as a download or by `az network list-service-tags`. */
const serviceTags = z.object({
  values: z.array(z.object({ name: z.string(), properties: z.object({ addressPrefixes: z.array(z.string()) }) })),
});

/** https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html */
const ipRanges = z.object({
  prefixes: z.array(z.object({ ip_prefix: z.string(), region: z.string(), service: z.string() })),
});

/**
 * The addresses of the cloud's sets in a file that it publishes; of AWS's those of the deployment's region.
 *
 * @throws InputError if the file is of neither cloud, or can't be read
 */
export function publishedRanges(file: string, { cloudRegion }: Deployment): PublishedRanges {
  const content = contentOf(file);
  const [azure, aws] = [serviceTags.safeParse(content), ipRanges.safeParse(content)];
  const named = azure.success
    ? azure.data.values.map(({ name, properties }) => [cloudSet(`azure:${name}`), properties.addressPrefixes] as const)
    : aws.data?.prefixes
        .filter(({ region }) => region === cloudRegion)
        .map(({ service, ip_prefix: block }) => [cloudSet(`aws:${service.toLowerCase()}`), [block]] as const);
  if (!named) {
    throw new InputError(file, 0, "holds no ranges (allowed: AWS's ip-ranges.json, Azure's service tags as JSON)");
  }
  const blocks = new Map<string, string[]>();
  for (const [name, some] of named) blocks.set(name, [...(blocks.get(name) ?? []), ...some]);
  try {
    return new Map([...blocks].map(([name, some]) => [name, AddressSet.ofCidrs(some)]));
  } catch (error) {
    throw new InputError(file, 0, (error as RangeError).message);
  }
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new InputError(file, 0, error instanceof SyntaxError ? "is no JSON" : `can't be read (${errorCode(error)})`);
  }
}
