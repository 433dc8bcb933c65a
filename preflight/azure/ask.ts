/** Calls of Azure's Resource Manager, each by the operation that it needs. */
import { azureServices } from "../../account/azure/services";
import { RestError } from "../../account/rest";
import type { AzureDeployment } from "../../config/deployment";
import { UntoldError } from "../check";
import type { Stacks } from "../stacks";

/** JSON as an API answers it: a field that is not there is undefined. */
export type Json = Readonly<Record<string, unknown>>;

/** What the checks of Azure know. */
export interface Looking {
  readonly deployment: AzureDeployment;
  readonly stacks: Stacks;
  /**
   * What Resource Manager answers; undefined where it says that there is none.
   *
   * @param right the operation, `Microsoft.Network/virtualNetworks/read`
   * @param path from `/subscriptions` on
   * @param version of the API
   * @param body asks by a POST, where Azure asks a question so
   * @throws UntoldError where it does not tell
   */
  readonly ask: (right: string, path: string, version: string, body?: object) => Promise<Json | undefined>;
}

/** @throws AccountError without Azure's package */
export function lookingAt(deployment: AzureDeployment, stacks: Stacks): Looking {
  const { rest, manager } = azureServices();
  const ask: Looking["ask"] = async (right, path, version, body) => {
    const url = `${manager}${path}${path.includes("?") ? "&" : "?"}api-version=${version}`;
    try {
      return (await rest.ask({ url, ...(body && { body }) })) as Json;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (error.status === 404) return undefined;
      throw new UntoldError({ call: right, lacks: error.isRefusal ? right : undefined, message: error.message });
    }
  };
  return { deployment, stacks, ask };
}

/** Path of something in the subscription. */
export const inSubscription = ({ subscription }: AzureDeployment, path: string) =>
  `/subscriptions/${subscription}${path}`;

/** What a list's first pages hold, up to the last. */
export async function listed({ ask }: Looking, right: string, path: string, version: string): Promise<readonly Json[]> {
  const items: Json[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const page: Json | undefined = await ask(right, next, version);
    items.push(...((page?.["value"] ?? []) as readonly Json[]));
    const link = page?.["nextLink"] as string | undefined;
    // A link holds the version already, and the place.
    next = link?.replace(/^https?:\/\/[^/]+/, "").replace(/([?&])api-version=[^&]*&?/, "$1");
  }
  return items;
}
