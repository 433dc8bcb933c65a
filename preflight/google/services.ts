/** APIs that must be on, and Google's own agents that use the key or a login. */
import type { ServiceAgent } from "../../config/google/service-agents";
import { agentsNeeded } from "../../config/google/preflight";
import { enabledServices, serviceHost } from "../../config/google/services";
import { fails, holds, once, unknown, type Check } from "../check";
import { listed, type Looking } from "./ask";

export function services(looking: Looking): readonly Check[] {
  const { project } = looking.deployment;
  const on = once(() =>
    listed(
      looking,
      "serviceusage.services.list",
      "serviceusage",
      `/v1/projects/${project}/services?filter=state:ENABLED&pageSize=200`,
      "services",
    ),
  );
  return [
    ...enabledServices(looking.deployment)
      .map(serviceHost)
      .map((host) => ({
        about: `API ${host}`,
        look: async () => {
          const names = (await on()).map(({ name }) => String(name).split("/").at(-1));
          return names.includes(host)
            ? holds("is on")
            : fails("is off", `gcloud services enable --project ${project} ${host}`);
        },
      })),
    ...agentsNeeded(looking.deployment).map((agent) => agentCheck(looking, agent)),
  ];
}

/**
 * An agent that has a role in the project is there. One that has none may be there all the same: Google tells of its
 * agents to nobody.
 */
const agentCheck = ({ deployment: { project }, ask, number }: Looking, { use, email, make }: ServiceAgent): Check => ({
  about: `agent of ${use}`,
  look: async () => {
    const right = "resourcemanager.projects.getIamPolicy";
    const policy = await ask(right, "cloudresourcemanager", `/v1/projects/${project}:getIamPolicy`);
    const member = `serviceAccount:${email.replace("$NUMBER", await number())}`;
    const bindings = (policy?.["bindings"] ?? []) as readonly { readonly members?: readonly string[] }[];
    return bindings.some(({ members }) => members?.includes(member))
      ? holds("is there")
      : unknown(
          "has no role in the project, by which it could be seen",
          `${make} (makes it where it is not there yet)`,
        );
  },
});
