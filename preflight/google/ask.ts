/** Calls of Google Cloud's APIs, each by the permission that it needs. */
import { googleServices } from "../../account/google/services";
import { RestError } from "../../account/rest";
import type { GoogleDeployment } from "../../config/deployment";
import { once, UntoldError } from "../check";
import type { Stacks } from "../stacks";

/** What the checks of Google Cloud know. */
export interface Looking {
  readonly deployment: GoogleDeployment;
  readonly stacks: Stacks;
  /** What an API answers; undefined where it says that there is none. @throws UntoldError where it does not tell */
  readonly ask: (right: string, api: Api, path: string) => Promise<Json | undefined>;
  /** The project's number, by which its agents are named. */
  readonly number: () => Promise<string>;
}

/** JSON as an API answers it: a field that is not there is undefined. */
export type Json = Readonly<Record<string, unknown>>;

/** Where each API answers, by the name that gcloud has for it: a variable may name another place, as for gcloud. */
const APIS = {
  artifactregistry: "https://artifactregistry.googleapis.com",
  cloudkms: "https://cloudkms.googleapis.com",
  cloudquotas: "https://cloudquotas.googleapis.com",
  cloudresourcemanager: "https://cloudresourcemanager.googleapis.com",
  compute: "https://compute.googleapis.com/compute/v1",
  container: "https://container.googleapis.com",
  dns: "https://dns.googleapis.com",
  iam: "https://iam.googleapis.com",
  secretmanager: "https://secretmanager.googleapis.com",
  serviceusage: "https://serviceusage.googleapis.com",
  storage: "https://storage.googleapis.com",
} as const;
export type Api = keyof typeof APIS;

const placeOf = (api: Api) =>
  (process.env[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`] ?? APIS[api]).replace(/\/$/, "");

/** @throws AccountError without Google's package */
export function lookingAt(deployment: GoogleDeployment, stacks: Stacks): Looking {
  const { rest } = googleServices(deployment.project);
  const ask: Looking["ask"] = async (right, api, path) => {
    // Google asks for a policy by a POST without a body; Compute Engine and Cloud Storage by a GET.
    const call = {
      url: `${placeOf(api)}${path}`,
      ...(path.endsWith(":getIamPolicy") && api !== "secretmanager" && api !== "cloudkms" && { body: {} }),
    };
    try {
      return (await rest.ask(call)) as Json;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (error.status === 404) return undefined;
      throw new UntoldError({ call: right, lacks: error.isRefusal ? right : undefined, message: error.message });
    }
  };
  const number = once(async () => {
    const project = await ask(
      "resourcemanager.projects.get",
      "cloudresourcemanager",
      `/v1/projects/${deployment.project}`,
    );
    return String(project?.["projectNumber"]);
  });
  return { deployment, stacks, ask, number };
}

/** Members that a policy gives a role to. */
export const membersWith = (policy: Json | undefined, role: string): readonly string[] =>
  ((policy?.["bindings"] ?? []) as readonly { readonly role: string; readonly members?: readonly string[] }[])
    .filter((binding) => binding.role === role)
    .flatMap(({ members = [] }) => members);

/** Everything that a call lists, page by page. */
export async function listed(
  looking: Looking,
  right: string,
  api: Api,
  path: string,
  list: string,
): Promise<readonly Json[]> {
  const items: Json[] = [];
  for await (const page of pagesOf(looking, right, api, path)) items.push(...((page?.[list] ?? []) as readonly Json[]));
  return items;
}

/** Answers of a call that lists, one after the other. */
export async function* pagesOf({ ask }: Looking, right: string, api: Api, path: string) {
  for (let token: string | undefined = ""; token !== undefined;) {
    const query = token === "" ? "" : `${path.includes("?") ? "&" : "?"}pageToken=${encodeURIComponent(token)}`;
    const page: Json | undefined = await ask(right, api, path + query);
    yield page;
    token = page?.["nextPageToken"] as string | undefined;
  }
}
