import * as z from "zod";
import { aws } from "./aws/deployment";
import { azure } from "./azure/deployment";
import { google } from "./google/deployment";

export { exception } from "./fields";

/** One customer account's data plane, as a file in `deployments/` describes it; discriminated by `cloud`. */
export const deploymentSchema = z.discriminatedUnion("cloud", [aws, google, azure]);

export type Deployment = z.output<typeof deploymentSchema>;
export type Cloud = Deployment["cloud"];
export type AwsDeployment = Extract<Deployment, { cloud: "aws" }>;
export type GoogleDeployment = Extract<Deployment, { cloud: "google" }>;
export type AzureDeployment = Extract<Deployment, { cloud: "azure" }>;

/** Every cloud that a deployment may name. */
export const CLOUDS: readonly Cloud[] = ["aws", "google", "azure"];

/** A pool of nodes, as its cloud's branch of the schema has it. */
export type NodePool<D extends Deployment> = D["nodePools"][string];
