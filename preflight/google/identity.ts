/** Whether the credentials see the deployment's project. */
import { fails, holds, unknown, type Check } from "../check";
import type { Looking } from "./ask";

export const identity = ({
  deployment: { project, impersonateServiceAccount: account },
  ask,
}: Looking): readonly Check[] => [
  {
    about: `project ${project}`,
    look: async () => {
      const told = await ask("resourcemanager.projects.get", "cloudresourcemanager", `/v1/projects/${project}`);
      const use = account === undefined ? "gcloud auth application-default login" : `act as ${account}`;
      if (told === undefined) return unknown("is not there, or the credentials don't see it", use);
      const state = String(told["lifecycleState"]);
      return state === "ACTIVE"
        ? holds(`is there (${String(told["projectNumber"])})`)
        : fails(`is ${state}`, "see 'project'");
    },
  },
];
