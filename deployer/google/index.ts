/** The deployer's custom role on Google Cloud. */
import { stringify } from "yaml";
import type { GoogleDeployment } from "../../config/deployment";
import { isSharedVpc, networkProject } from "../../config/google/network";
import type { Stacks } from "../../preflight/stacks";
import type { Files } from "../files";
import { rightsOf } from "../rights";
import { typesOf } from "../types";
import { RIGHTS } from "./rights";

export function googleDeployer(deployment: GoogleDeployment, stacks: Stacks): Files {
  const { name, project } = deployment;
  // A role's id has letters, digits, '_' and '.'.
  const id = `${name.replaceAll("-", "_")}_deployer`;
  const role = {
    title: `Deployer of data plane ${name}`,
    description: "Plans, applies and destroys the data plane's stacks.",
    stage: "GA",
    includedPermissions: rightsOf(RIGHTS, typesOf(stacks)),
  };
  const projects = isSharedVpc(deployment) ? [project, networkProject(deployment)] : [project];
  const member = `serviceAccount:${deployment.impersonateServiceAccount ?? "DEPLOYER"}`;
  const { state } = deployment;
  return {
    files: { [`${id}.yaml`]: stringify(role) },
    steps: [
      ...projects.flatMap((one) => [
        `gcloud iam roles create ${id} --project ${one} --file ${id}.yaml`,
        `gcloud projects add-iam-policy-binding ${one} --member "${member}" --role projects/${one}/roles/${id} --condition None`,
      ]),
      ...(state.backend === "gcs"
        ? [
            `gcloud storage buckets add-iam-policy-binding gs://${state.bucket} --member "${member}" --role roles/storage.objectUser`,
          ]
        : []),
    ],
  };
}
