/** Whether the secret that holds the client secret has a version. The value itself is never asked for. */
import { clientSecretId } from "../../config/google/names";
import { fails, holds, type Check } from "../check";
import { listed, type Looking } from "./ask";

export function clientSecret(looking: Looking): readonly Check[] {
  const id = clientSecretId(looking.deployment);
  const [, project = "", , name = ""] = id.split("/");
  const set = `gcloud secrets versions add ${name} --project ${project} --data-file client-secret`;
  return [
    {
      about: `secret ${id}`,
      look: async () => {
        const right = "secretmanager.versions.list";
        const path = `/v1/projects/${project}/secrets/${name}/versions?filter=state:ENABLED`;
        const versions = await listed(looking, right, "secretmanager", path, "versions");
        return versions.length > 0
          ? holds("has a value")
          : fails("has no value, or is not there", `deploy the infrastructure, then: ${set}`);
      },
    },
  ];
}
