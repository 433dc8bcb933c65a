/** Azure Resource Manager, with the credentials that the Azure command line would take; loaded when it is used. */
import { createRequire } from "node:module";
import type * as Identity from "@azure/identity";
import { optionalDependencies } from "../../package.json";
import { AccountError } from "../account";
import { Rest } from "../rest";

/** The one that is tried. */
const { "@azure/identity": VERSION } = optionalDependencies;

const SCOPE = "https://management.azure.com/.default";

export interface Services {
  readonly rest: Rest;
  /** Where Azure Resource Manager answers. */
  readonly manager: string;
}

/** @throws AccountError if the package is not installed */
export function azureServices(): Services {
  const credential = new (library().DefaultAzureCredential)();
  const rest = new Rest(async () => {
    const token = await credential.getToken(SCOPE).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      throw new AccountError(`Azure's default credential: ${message.replaceAll(/\s+/g, " ")}`);
    });
    return token.token;
  });
  const manager = process.env["AZURE_RESOURCE_MANAGER_URL"] ?? "https://management.azure.com";
  return { rest, manager: manager.replace(/\/$/, "") };
}

function library(): typeof Identity {
  try {
    return createRequire(__filename)("@azure/identity") as typeof Identity;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new AccountError(`@azure/identity is not installed: npm install --no-save @azure/identity@${VERSION}`);
  }
}
