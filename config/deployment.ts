import * as z from "zod";
import { aws } from "./aws/deployment";
import { azure } from "./azure/deployment";
import { google } from "./google/deployment";

export { exception } from "./fields";

/** One customer account's data plane, as a file in `deployments/` describes it; discriminated by `cloud`. */
export const deploymentSchema = z.discriminatedUnion("cloud", [aws, google, azure]);

/** A deployment that was read and checked: every option has its value, the default where the file leaves it out. */
export type Deployment = z.output<typeof deploymentSchema>;
/** The clouds that a deployment may be on. */
export type Cloud = Deployment["cloud"];
/** A deployment on AWS. */
export type AwsDeployment = Extract<Deployment, { cloud: "aws" }>;
/** A deployment on Google Cloud. */
export type GoogleDeployment = Extract<Deployment, { cloud: "google" }>;
/** A deployment on Azure. */
export type AzureDeployment = Extract<Deployment, { cloud: "azure" }>;

/** Every cloud that a deployment may name. */
export const CLOUDS: readonly Cloud[] = ["aws", "google", "azure"];

/** A pool of nodes, as its cloud's branch of the schema has it. */
export type NodePool<D extends Deployment> = D["nodePools"][string];
