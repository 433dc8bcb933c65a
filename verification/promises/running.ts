/** A deployment as it runs: what its account holds in the place of what its stacks write. */
import type { Deployment } from "../../config/deployment";
import { infrastructureStack, workloadsStack } from "../../config/names";
import { partOfAccount } from "../clouds/index";
import { InputError } from "../input-error";
import { isReference, isUnknown, type Resource, type Value } from "../model";
import { isList, isObject, type ObjectValue } from "../values";

export interface Running {
  /** To be judged in the place of what is written. */
  readonly resources: readonly Resource[];
  /** Those of the account among them. */
  readonly account: readonly Resource[];
  /** Whether its workloads are those that were written, since its cluster was not collected. */
  readonly workloadsAsWritten: boolean;
}

/**
 * What runs of a deployment. What it writes and the account shows by the same type and name has the address that it is
 * written at, so that what others say of it still leads there; `known` tells that of everything that has an id.
 *
 * @param written resources of its synthesized stacks
 * @param account everything that was collected
 * @param known resources of Terraform's states
 * @throws InputError if nothing of the deployment is in the account
 */
export function running(
  deployment: Deployment,
  written: readonly Resource[],
  account: readonly Resource[],
  known: readonly Resource[] = [],
): Running {
  // Of many grants on one bucket none is told from the others by the bucket's name.
  const byName = new Map<string, string | undefined>();
  for (const { address, ...one } of written.filter(isManaged)) {
    for (const key of keysOf(one)) byName.set(key, byName.has(key) ? undefined : address);
  }
  const part = partOfAccount(account, deployment, (one) => keysOf(one).some((key) => byName.has(key)));
  if (!part) {
    const where = account[0]?.unit ?? "account";
    throw new InputError(where, 0, `has no cluster of the deployment '${deployment.name}': it does not run there`);
  }
  const byId = new Map(known.filter(isManaged).flatMap((one) => idOf(one).map((id) => [id, one.address])));
  const found = (one: Resource, addresses: ReadonlyMap<string, string | undefined>, keys: readonly string[]) =>
    keys.map((key) => addresses.get(key)).find((address) => address?.startsWith(`${one.type}.`));
  const addressOf = (one: Resource) => found(one, byId, idOf(one)) ?? found(one, byName, keysOf(one)) ?? one.address;
  const names = new Map(part.map((one) => [one.address, addressOf(one)]));
  const own = part.map((one) => ({
    ...one,
    address: names.get(one.address) ?? one.address,
    values: renamed(one.values, names),
  }));
  return { ...inPlace(deployment, written, own), account: own };
}

/** Resources of a deployment with these in the place of what its stacks write: all of its infrastructure, and workloads. */
export function inPlace(
  deployment: Deployment,
  written: readonly Resource[],
  found: readonly Resource[],
): Pick<Running, "resources" | "workloadsAsWritten"> {
  const [infrastructure, workloads] = [infrastructureStack(deployment), workloadsStack(deployment)];
  const hasObjects = found.some(isKubernetes);
  const stays = (one: Resource) =>
    !isManaged(one) || (one.unit === infrastructure ? isInvisible(one) : !(hasObjects && isCollected(one)));
  const placed = found.map((one) => ({ ...one, unit: isKubernetes(one) ? workloads : infrastructure }));
  return { resources: [...written.filter(stays), ...placed], workloadsAsWritten: !hasObjects };
}

/** Objects that a cluster is asked for: what ConfigMaps and Secrets hold may be anything, and stays as it is written. */
const isCollected = ({ type }: Resource) => /^kubernetes:(?!ConfigMap$|Secret$)/.test(type);

const isKubernetes = ({ type }: Resource) => type.startsWith("kubernetes:");

const isManaged = ({ mode }: Resource) => mode === "managed";

/** What only Terraform knows, and no account shows. */
const isInvisible = ({ type }: Resource) => type.startsWith("terraform_");

/** Arguments that hold the name of a resource, by which somebody named it. */
const NAMES = ["name", "bucket", "account_id", "bucket_id", "repository_id", "role_id", "secret_id"];

/** What a resource is known by that somebody named. */
function keysOf({ type, values }: Pick<Resource, "type" | "values">): string[] {
  return NAMES.flatMap((argument) => {
    const name = values[argument];
    return typeof name === "string" ? [`${type}\n${name}`] : [];
  });
}

/** What a resource is known by that the cloud named; those of another type may have the same. */
function idOf({ type, values }: Resource): string[] {
  return ["arn", "id"].flatMap((attribute) => {
    const id = values[attribute];
    // The case of Azure's ids means nothing, and its answers write one in several.
    return typeof id === "string" ? [`${type}\n${id.toLowerCase()}`] : [];
  });
}

/** Values with their references by other addresses. */
function renamed(fields: ObjectValue, names: ReadonlyMap<string, string>): ObjectValue {
  const rename = (value: Value): Value => {
    if (isReference(value)) return { ...value, address: names.get(value.address) ?? value.address };
    if (isUnknown(value)) return value;
    if (isList(value)) return value.map(rename);
    return isObject(value) ? renamed(value, names) : value;
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, rename(value)]));
}

/**
 * Resources of an account that no state of Terraform's knows, and that are not made along with one that it knows.
 *
 * @param account those of a deployment
 * @param known resources of Terraform's states
 */
export function unmanaged(account: readonly Resource[], known: readonly Resource[]): Resource[] {
  const ids = new Set(known.filter(isManaged).flatMap(({ values }) => textsIn(values)));
  return account.filter(({ mode, type, values }) => {
    const id = values["id"] ?? values["arn"];
    return mode === "managed" && !type.startsWith("dataplane:") && typeof id === "string" && !ids.has(id.toLowerCase());
  });
}

function textsIn(value: Value): string[] {
  if (typeof value === "string") return [value.toLowerCase()];
  if (isList(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
