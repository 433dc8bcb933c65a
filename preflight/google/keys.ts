/** A given key, whether its policy lets in Google's agents, and passwords of registries in other projects. */
import { givenKeyOf } from "../../config/encryption";
import { KEY_ROLE } from "../../config/google/preflight";
import { serviceAgents } from "../../config/google/service-agents";
import { fails, holds, once, type Check } from "../check";
import { membersWith, type Looking } from "./ask";

const SECRET_ROLE = "roles/secretmanager.secretAccessor";
const REGISTRY_AGENT = "service-$NUMBER@gcp-sa-artifactregistry.iam.gserviceaccount.com";

export const keys = (looking: Looking): readonly Check[] => [...givenKey(looking), ...passwords(looking)];

function givenKey({ deployment, ask, number }: Looking): readonly Check[] {
  const key = givenKeyOf(deployment)?.keyId;
  if (key === undefined) return [];
  const [, project = "", , location = "", , ring = "", , name = ""] = key.split("/");
  const policy = once(() => ask("cloudkms.cryptoKeys.getIamPolicy", "cloudkms", `/v1/${key}:getIamPolicy`));
  return [
    {
      about: `key ${key}`,
      look: async () => {
        const told = await ask("cloudkms.cryptoKeys.get", "cloudkms", `/v1/${key}`);
        if (told === undefined) return fails("is not there", "see 'encryption.keyId'");
        const primary = told["primary"] as { readonly state?: string } | undefined;
        if (told["purpose"] !== "ENCRYPT_DECRYPT")
          return fails(`is for ${String(told["purpose"])}`, "take a symmetric key for encryption");
        return primary?.state === "ENABLED"
          ? holds("is enabled")
          : fails(
              `its primary version is ${primary?.state ?? "none"}`,
              `gcloud kms keys versions create --key ${name} --keyring ${ring} --location ${location} --project ${project} --primary`,
            );
      },
    },
    ...serviceAgents(deployment).map(({ use, email }) => ({
      about: `policy of the key for ${use.toLowerCase()}`,
      look: async () => {
        const member = `serviceAccount:${email.replace("$NUMBER", await number())}`;
        return membersWith(await policy(), KEY_ROLE).includes(member)
          ? holds(`lets in ${member}`)
          : fails(
              `does not let in ${member}`,
              `gcloud kms keys add-iam-policy-binding ${name} --project ${project} --location ${location} --keyring ${ring} --member "${member}" --role ${KEY_ROLE}`,
            );
      },
    })),
  ];
}

function passwords({ deployment, ask, number }: Looking): readonly Check[] {
  return Object.entries(deployment.images.credentials).map(([upstream, { passwordVersion }]) => {
    const [, project = "", , secret = "", , version = ""] = passwordVersion.split("/");
    return {
      about: `password for ${upstream}`,
      look: async () => {
        const told = await ask("secretmanager.versions.get", "secretmanager", `/v1/${passwordVersion}`);
        if (told?.["state"] !== "ENABLED")
          return fails(
            `version ${version} of ${secret} is ${told === undefined ? "not there" : String(told["state"])}`,
            "see 'images.credentials'",
          );
        // In the deployment's own project the stacks give the right themselves.
        if (project === deployment.project) return holds("is there");
        const right = "secretmanager.secrets.getIamPolicy";
        const policy = await ask(right, "secretmanager", `/v1/projects/${project}/secrets/${secret}:getIamPolicy`);
        const member = `serviceAccount:${REGISTRY_AGENT.replace("$NUMBER", await number())}`;
        return membersWith(policy, SECRET_ROLE).includes(member)
          ? holds("is there, and Artifact Registry's agent reads it")
          : fails(
              "is there, and Artifact Registry's agent does not read it",
              `gcloud secrets add-iam-policy-binding ${secret} --project ${project} --member "${member}" --role ${SECRET_ROLE}`,
            );
      },
    };
  });
}
