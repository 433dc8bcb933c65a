/** Google Cloud's APIs, with the application default credentials; Google's package for these is loaded when it is used. */
import { createRequire } from "node:module";
import type * as GoogleAuth from "google-auth-library";
import { optionalDependencies } from "../../package.json";
import { AccountError } from "../account";
import { Rest } from "../rest";

/** The one that is tried. */
const { "google-auth-library": VERSION } = optionalDependencies;

const SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only";

export interface Services {
  readonly rest: Rest;
  /** Where Cloud Asset Inventory answers; as for gcloud, a variable may name another place. */
  readonly assets: string;
  readonly compute: string;
}

/** @throws AccountError if the package is not installed */
export function googleServices(project: string): Services {
  const auth = new (library().GoogleAuth)({ scopes: [SCOPE], projectId: project });
  const rest = new Rest(async () => {
    const token = await auth.getAccessToken().catch((error: unknown) => {
      throw new AccountError(`application default credentials: ${error instanceof Error ? error.message : "none"}`);
    });
    if (!token) throw new AccountError("application default credentials: they give no token");
    return token;
  });
  const placeOf = (service: string, usual: string) =>
    (process.env[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${service}`] ?? usual).replace(/\/$/, "");
  return {
    rest,
    assets: placeOf("CLOUDASSET", "https://cloudasset.googleapis.com"),
    compute: placeOf("COMPUTE", "https://compute.googleapis.com/compute/v1"),
  };
}

function library(): typeof GoogleAuth {
  try {
    return createRequire(__filename)("google-auth-library") as typeof GoogleAuth;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new AccountError(
      `google-auth-library is not installed: npm install --no-save google-auth-library@${VERSION}`,
    );
  }
}
