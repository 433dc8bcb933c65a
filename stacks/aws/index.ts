import type { AwsDeployment } from "../../config/deployment";
import { awsDataPlane } from "../../constructs/aws/data-plane";
import { addAwsProvider } from "../../constructs/aws/provider";
import type { CloudStacks } from "../cloud-stacks";
import { addBackend } from "./backend";
import { addInfrastructure } from "./infrastructure";
import { PROTECTED } from "./protection";

export const aws: CloudStacks<AwsDeployment> = {
  addBackend,
  addProvider: addAwsProvider,
  addInfrastructure,
  addDataPlane: awsDataPlane,
  protects: (resource) => PROTECTED.includes(resource.terraformResourceType),
};
