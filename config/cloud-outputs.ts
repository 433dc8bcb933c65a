/**
 * What only the cloud knows and the workloads hold: outputs of the infrastructure stack, by name. Terraform's workloads
 * stack reads the same by data sources of its own; who applies the workloads without Terraform hands them over.
 */
import { z } from "zod";
import type { Cloud, Deployment } from "./deployment";
import { platformIdentity, fluentBitIdentity, resourceGroup, taskIdentity } from "./azure/names";
import { cidr, text } from "./fields";
import { usesFluentBit } from "./logs";

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

export type CloudOutputs<C extends Cloud = Cloud> = { readonly [K in C]: z.infer<(typeof cloudOutputs)[K]> }[C];

/** The cloud's own command that prints an output's value, as JSON or as text. */
export function commandsOf(deployment: Deployment): Readonly<Record<string, string>> {
  switch (deployment.cloud) {
    case "aws": {
      const { cloudRegion: region } = deployment;
      const list = `com.amazonaws.${region}.s3`;
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
