/**
 * What only the cloud knows and the workloads hold: outputs of the infrastructure stack, by name. Terraform's workloads
 * stack reads the same by data sources of its own; who applies the workloads without Terraform hands them over.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Cloud, Deployment } from "./deployment";
import { platformIdentity, fluentBitIdentity, resourceGroup, taskIdentity } from "./azure/names";
import { cidr, text } from "./fields";
import { usesFluentBit } from "./logs";
import { infrastructureStack } from "./names";
import { ConfigError } from "./yaml-source";
import { serviceName } from "./aws/names";

const blocks = z.array(cidr).min(1);
const clientId = text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a client id (a UUID)");

/** By cloud; an output of another name is none of these and passed over. */
const cloudOutputs = {
  aws: z.object({ object_store_cidrs: blocks }),
  google: z.object({}),
  azure: z.object({
    credential_cidrs: blocks,
    platform_client_id: clientId,
    task_client_id: clientId,
    fluent_bit_client_id: clientId.optional(),
  }),
} satisfies Record<Cloud, z.ZodObject>;

/** What a deployment's outputs must hold. */
export const outputsSchema = (deployment: Deployment) =>
  deployment.cloud === "azure" && usesFluentBit(deployment)
    ? cloudOutputs.azure.required({ fluent_bit_client_id: true })
    : cloudOutputs[deployment.cloud];

/** Values that only the cloud knows, by the names of the infrastructure stack's Terraform outputs. */
export type CloudOutputs<C extends Cloud = Cloud> = { readonly [K in C]: z.infer<(typeof cloudOutputs)[K]> }[C];

/** The cloud's own command that prints an output's value, as JSON or as text. */
export function commandsOf(deployment: Deployment): Readonly<Record<string, string>> {
  switch (deployment.cloud) {
    case "aws": {
      const { cloudRegion: region } = deployment;
      const list = serviceName(region, "s3");
      return {
        object_store_cidrs: `aws ec2 describe-prefix-lists --region ${region} --filters Name=prefix-list-name,Values=${list} --query 'PrefixLists[0].Cidrs'`,
      };
    }
    case "google":
      return {};
    case "azure": {
      const { subscription, cloudRegion: region } = deployment;
      const clientIdOf = (name: string) =>
        `az identity show --subscription ${subscription} --resource-group ${resourceGroup(deployment)} --name ${name} --query clientId`;
      return {
        credential_cidrs: `az network list-service-tags --location ${region} --query "values[?name=='AzureActiveDirectory'].properties.addressPrefixes | [0] | [?!contains(@, ':')]"`,
        platform_client_id: clientIdOf(platformIdentity(deployment)),
        task_client_id: clientIdOf(taskIdentity(deployment)),
        fluent_bit_client_id: clientIdOf(fluentBitIdentity(deployment)),
      };
    }
  }
}

/**
 * What only the cloud knows of a deployment, from a file of outputs by stack.
 *
 * @throws ConfigError that names each output that is missing or no such value, with the command that prints it
 */
export function readCloudOutputs(deployment: Deployment, file?: string): CloudOutputs {
  const stack = infrastructureStack(deployment);
  const outputs = file === undefined ? {} : (jsonOf(file)[stack] ?? {});
  const read = outputsSchema(deployment).safeParse(outputs);
  if (read.success) return read.data;
  const commands = commandsOf(deployment);
  const wrong = new Map(read.error.issues.map(({ path: [name], message }) => [String(name ?? stack), message]));
  const lacking = [...wrong].map(([name, message]) => {
    const what = Object.hasOwn(outputs, name) ? `${name}: ${message}` : `${name} is missing`;
    return commands[name] === undefined ? what : `${what} (${commands[name]})`;
  });
  const whole = `npx cdktf output ${stack} --outputs-file FILE writes all of them, below '${stack}'`;
  throw new ConfigError([`${file ?? "--outputs"}: ${lacking.join("; ")}. ${whole}`]);
}

/**
 * Addresses of the NAT that a deployment makes, from the same file; none where it makes none.
 *
 * @throws ConfigError if the file can't be used, or lacks them
 */
export function readNatAddresses(deployment: Deployment, file: string): readonly string[] {
  const stack = infrastructureStack(deployment);
  const read = z.object({ nat_addresses: z.array(z.string().min(1)) }).safeParse(jsonOf(file)[stack]);
  if (read.success) return read.data.nat_addresses;
  throw new ConfigError([
    `${file}: holds no nat_addresses below '${stack}' (npx cdktf output ${stack} --outputs-file FILE)`,
  ]);
}

/** @throws ConfigError if the file can't be read, or holds no object of JSON */
function jsonOf(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`${file}: ${code === undefined ? "is not valid JSON" : `can't be read (${code})`}`]);
  }
  if (typeof value !== "object" || value === null) throw new ConfigError([`${file}: holds no outputs by stack`]);
  return value as Record<string, unknown>;
}
