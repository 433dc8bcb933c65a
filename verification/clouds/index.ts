/** Every cloud: the one place that lists them. */
import { cloud as aws } from "./aws/index";
import { fromAccounts, type AccountPart, type CloudAccount } from "./account";
import type * as Azure from "./azure/index";
import type { Cloud, ConnectionOffer, SecretTypes } from "./cloud";
import type * as Google from "./google/index";
import { cloud as kubernetes } from "./kubernetes/index";
import type { Deployment } from "../../config/deployment";
import type { Judged } from "../judged";
import type { Problem } from "../problem";
import type { Resource } from "../model";
import type { Alike } from "../readers/alike";
import { oncePer } from "../once-per";

interface Listed {
  readonly name: Deployment["cloud"] | "kubernetes";
  /** Types of which it judges nothing if the input has none; left out where it judges what is no cloud's own too. */
  readonly types?: RegExp;
  /** Further types of which it has something to say. Default: none. */
  readonly further?: RegExp;
  readonly load: () => Cloud;
}

/* eslint-disable @typescript-eslint/no-require-imports -- a cloud that the input does not speak of is not loaded */
const google = () => require("./google/index") as typeof Google;
const azure = () => require("./azure/index") as typeof Azure;
/* eslint-enable @typescript-eslint/no-require-imports */

const CLOUDS: readonly Listed[] = [
  { name: "aws", load: () => aws },
  { name: "google", types: /^google_/, load: () => google().cloud },
  { name: "azure", types: /^az(urerm|api)_/, further: /^azuread_/, load: () => azure().cloud },
  { name: "kubernetes", load: () => kubernetes },
];

/** The clouds whose resources an input has. */
export function cloudsOf(resources: readonly Resource[]): Cloud[] {
  const written = typesOf(resources);
  const isOf = ({ types }: Listed) => !types || written.some((type) => types.test(type));
  return CLOUDS.filter(isOf).map(({ load }) => load());
}

/** Each type of an input, once: invariants ask of every cloud, and resources are many. */
const typesOf = oncePer((resources: readonly Resource[]) => [...new Set(resources.map(({ type }) => type))]);

const accountOf = (name: string): CloudAccount | undefined => {
  const cloud: Cloud | undefined = CLOUDS.find((one) => one.name === name)?.load();
  return cloud?.account;
};

/** Records of running accounts, each as the resource that its cloud says it is; all else stays. */
export const recordsAsResources = (resources: readonly Resource[]): readonly Resource[] =>
  fromAccounts(resources, (name) => accountOf(name)?.read);

/**
 * By what records are told that their clouds judge alike.
 *
 * @param named values from beside the account: whoever one of their texts names is read by itself
 */
export const alikeRecords = (named: readonly unknown[]): Alike => ({ of: (cloud) => accountOf(cloud)?.alike, named });

/** Those of a running account that are a deployment's; undefined where its cloud finds nothing of it there. */
export const partOfAccount: AccountPart = (account, deployment, isWritten) =>
  accountOf(deployment.cloud)?.part(account, deployment, isWritten);

/** What offers connections to other customers' networks, by the types of resources. */
export const connectionOffers = (resources: readonly Resource[]): ReadonlyMap<string, ConnectionOffer> =>
  new Map(cloudsOf(resources).flatMap(({ offers = {} }) => Object.entries(offers)));

/** What is a secret by the type of its resource. */
export const secretTypes = (resources: readonly Resource[]): SecretTypes =>
  Object.assign({}, ...cloudsOf(resources).map(({ secrets = {} }) => secrets)) as SecretTypes;

type ChecksOf<C extends Cloud> = C extends Cloud ? keyof C["checks"] : never;

/** Invariants that clouds have something to say of, by their ids. */
type Checked = ChecksOf<typeof aws | typeof Google.cloud | typeof Azure.cloud | typeof kubernetes>;

/** What the clouds that an input speaks of, or is a deployment on, have to say of an invariant. */
export function* checkedByClouds(invariant: Checked, judged: Judged): Generator<Problem> {
  const written = typesOf(judged.system.resources);
  for (const { name, types, further, load } of CLOUDS) {
    const concerned =
      !types || name === judged.deployment?.cloud || written.some((type) => types.test(type) || further?.test(type));
    if (concerned) yield* load().checks[invariant]?.(judged) ?? [];
  }
}
