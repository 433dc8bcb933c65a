import type { AzureDeployment } from "../../config/deployment";
import { azureDataPlane } from "../../constructs/azure/data-plane";
import { addAzureProvider } from "../../constructs/azure/provider";
import type { CloudStacks } from "../cloud-stacks";
import { addBackend } from "./backend";
import { addInfrastructure } from "./infrastructure";
import { PROTECTED } from "./protection";

export const azure: CloudStacks<AzureDeployment> = {
  addBackend,
  addProvider: addAzureProvider,
  addInfrastructure,
  addDataPlane: azureDataPlane,
  protects: (resource) => PROTECTED.includes(resource.terraformResourceType),
};
