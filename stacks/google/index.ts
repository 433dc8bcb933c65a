import type { GoogleDeployment } from "../../config/deployment";
import { googleDataPlane } from "../../constructs/google/data-plane";
import { addGoogleProvider } from "../../constructs/google/provider";
import type { CloudStacks } from "../cloud-stacks";
import { addBackend } from "./backend";
import { addInfrastructure } from "./infrastructure";
import { isCache, PROTECTED } from "./protection";

export const google: CloudStacks<GoogleDeployment> = {
  addBackend,
  addProvider: addGoogleProvider,
  addInfrastructure,
  addDataPlane: googleDataPlane,
  protects: (resource) => PROTECTED.includes(resource.terraformResourceType) && !isCache(resource),
};
