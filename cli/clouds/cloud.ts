/** What commands ask of a cloud. What takes long to load is loaded when it is asked for. */
import type { Account } from "../../account/account";
import type { Surroundings } from "../../account/surroundings";
import type { ImageName } from "../../config/images";
import type { Files } from "../../deployer/files";
import type { Checks } from "../../preflight/check";
import type { Stacks } from "../../preflight/stacks";
import type { ObjectValue } from "../../verification/values";
import type { ChartValues } from "./chart-values";

/** Where an account is read, by the options of `collect` and `audit`. */
export interface Place {
  /** On AWS: one region of the credentials' account. */
  readonly region?: string;
  /** On Google Cloud. */
  readonly project?: string;
  /** On Azure. */
  readonly subscription?: string;
}

/** A cloud as such, whatever is deployed in it. */
export interface CommandedCloud {
  /** The option that says which account to read. */
  readonly place: keyof Place;
  /** @throws AccountError if it can't be read */
  readonly account: (at: string) => Promise<Account>;
  /** What the caller's credentials and tools tell. */
  readonly surroundings: () => Promise<Surroundings>;
}

/** A cloud as one deployment has it. */
export interface DeploymentCloud {
  /** What a job signs in to before it deploys. */
  readonly target: Readonly<Record<string, string>>;
  /** @param region of the account, where the cloud is read by regions; default: the deployment's */
  readonly account: (region?: string) => Promise<Account>;
  readonly checks: (stacks: Stacks) => Checks;
  /** Commands that see to what must hold before a deploy, each with why. Default: it has no such script. */
  readonly script?: readonly { readonly why: string; readonly commands: readonly string[] }[];
  readonly deployer: (stacks: Stacks) => Files;
  readonly chartValues: () => ChartValues;
  /** Of the object store's API, as tasks ask it. */
  readonly objectStoreHost: string;
  /** Where the customer's store is, as a provider of External Secrets, and the client secret's name in it. */
  readonly secretStore: (serviceAccountRef: ObjectValue) => { readonly provider: ObjectValue; readonly key: string };
  /** Whether a network that it makes has a NAT of its own. */
  readonly makesNat: boolean;
  /** What fetches an image into the registry's cache. Default: the registry reaches the public ones by itself. */
  readonly fetchCommand?: (name: ImageName) => string;
}
