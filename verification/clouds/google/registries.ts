/**
 * Artifact Registry: https://cloud.google.com/artifact-registry/docs/docker/names
 *
 * A repository is a resource of a project in a location; a remote one fetches what it lacks by itself. Nodes pull as
 * their service account, whom a role on the repository or on its project must let read.
 */
import { isReference, isUnknown, referenceTo, type Resource, type Value } from "../../model";
import { oncePer } from "../../once-per";
import { field, isList, isOpaque, texts, knownText } from "../../values";
import type { NodePool } from "../node-pool";
import type { ImageReference, PullObstacle, Registries, RegistryContext } from "../registry";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { lastSegment, shown } from "../../../config/texts";
import { and, or, type Ternary } from "../../ternary";

const HOST = /^([a-z0-9-]+)-docker\.pkg\.dev$/;
const REPOSITORY = "google_artifact_registry_repository";

/** Roles that read images: https://cloud.google.com/artifact-registry/docs/access-control#roles */
const READERS =
  /^roles\/(artifactregistry\.(reader|writer|repoAdmin|admin|createOnPushWriter|createOnPushRepoAdmin)|viewer|editor|owner)$/;
const OWN_ROLE = /^roles\//;
const READ = "artifactregistry.repositories.downloadArtifacts";

/** A repository by what names it. */
interface Place {
  readonly location: string;
  readonly project: string;
  readonly name: string;
  readonly resource: Resource | undefined;
}

export function googleRegistries(input: TerraformInput, context: RegistryContext): Registries {
  const repositories = input.managed(REPOSITORY);
  const grants = [
    ...["member", "binding"].flatMap((kind) => input.managed(`${REPOSITORY}_iam_${kind}`)),
    ...["member", "binding"].flatMap((kind) => input.managed(`google_project_iam_${kind}`)),
  ];
  /** Policies give all rights at once, and are not read. */
  const policies = input.managed(`${REPOSITORY}_iam_policy`, "google_project_iam_policy");

  const textAt = (resource: Resource, argument: string) => knownText(input.follow(field(resource, argument), resource));

  const isAt = (resource: Resource, { location, project }: Place, name: string) => {
    const [itsLocation, itsProject] = ["location", "project"].map((argument) => textAt(resource, argument));
    return (
      (itsLocation ?? context.region ?? location) === location &&
      (itsProject ?? context.account ?? project) === project &&
      lastSegment(name) === name
    );
  };

  function* supply(image: ImageReference, place: Place): Generator<PullObstacle> {
    if (place.resource || context.isPutThere?.(image)) return;
    const { project, location, name } = place;
    yield {
      certain: project === context.account,
      why: `the input has no repository '${name}' of ${project} in ${location}`,
      remedy: "Add a remote repository of the registry (images.upstreams), or one that somebody fills.",
    };
  }

  function* rights(place: Place, pool: NodePool): Generator<PullObstacle> {
    const account = accountOf(pool, input);
    if (account === undefined) {
      yield {
        certain: false,
        why: `who the nodes of ${pool.name} are is not in the input`,
        remedy: "Give the pool a service account of its own.",
        at: pool.resource,
      };
      return;
    }
    const answer = or(grants.map((grant) => and(letsRead(grant, place, account))));
    if (answer === true) return;
    const isOwn = place.project === context.account || place.resource !== undefined;
    const certain = answer === false && isOwn && policies.length === 0;
    const { project, name } = place;
    yield {
      certain,
      why: certain
        ? `no role lets ${account.name} read the repository '${name}'`
        : `whether ${account.name} may read the repository '${name}' of ${project} is not in the input`,
      remedy: isOwn
        ? "Give the nodes' service account 'roles/artifactregistry.reader' on the repository."
        : "Give the nodes' service account 'roles/artifactregistry.reader' there, and say so in an exception.",
      at: place.resource ?? account.resource ?? pool.resource,
    };
  }

  /** Most grants are of other places: who they name is asked of the others alone. */
  function* letsRead(grant: Resource, place: Place, account: Account): Generator<Ternary> {
    yield onPlace(grant, place);
    yield readsOf(grant);
    yield names(grant, account);
  }

  function onPlace(grant: Resource, place: Place): Ternary {
    if (grant.type.startsWith("google_project_iam")) {
      const project = textAt(grant, "project");
      return project === undefined ? "unknown" : project === place.project;
    }
    const target = input.find(grant.values["repository"], grant, "repository");
    if (isUnknown(target)) return "unknown";
    if (target.kind === "resource") return target.resource === place.resource;
    return lastSegment(target.name) === place.name && isAt(grant, place, place.name);
  }

  const readsOf = oncePer((grant: Resource): Ternary => {
    const condition = isAbsent(field(grant, "condition")) ? true : "unknown";
    const role = textAt(grant, "role");
    if (role !== undefined && OWN_ROLE.test(role)) return and([READERS.test(role), condition]);
    const target = input.find(grant.values["role"], grant, "role");
    if (target.kind !== "resource" || target.resource.type !== "google_project_iam_custom_role") return "unknown";
    const permissions = texts(input.follow(target.resource.values["permissions"], target.resource));
    return and([or(permissions.map((one) => (isOpaque(one) ? "unknown" : one === READ))), condition]);
  });

  const names = (grant: Resource, account: Account): Ternary => {
    const { member, members } = grant.values;
    if (!isAbsent(member)) return isMember(member, grant, account, input);
    return isList(members) ? or(members.map((one) => isMember(one, grant, account, input))) : "unknown";
  };

  return (image, pool) => {
    const [, location] = HOST.exec(image.host) ?? [];
    const [project, name] = image.path.split("/");
    if (location === undefined || project === undefined || name === undefined) return undefined;
    const named = { location, project, name, resource: undefined };
    const resource = repositories.find((one) => textAt(one, "repository_id") === name && isAt(one, named, name));
    const place = { ...named, resource };
    return [...supply(image, place), ...rights(place, pool)];
  };
}

// ---------------------------------------------------------------- who nodes are

interface Account {
  /** In messages. */
  readonly name: string;
  readonly resource: Resource | undefined;
  /** Its e-mail address, or what of it is known. */
  readonly email: string | undefined;
}

function accountOf({ resource }: NodePool, input: TerraformInput): Account | undefined {
  const written = field(resource, "node_config", "service_account");
  if (isAbsent(written)) return undefined;
  const target = input.find(isReference(written) ? { ...written, attribute: "" } : written, resource, "account");
  if (isUnknown(target)) return undefined;
  const resourceOf = target.kind === "resource" ? target.resource : byEmail(target.name, input);
  if (!resourceOf) return { name: shown(written), resource: undefined, email: shown(written) };
  const id = knownText(input.follow(resourceOf.values["account_id"], resourceOf));
  return { name: id ?? resourceOf.address, resource: resourceOf, email: id && `${id}@` };
}

/** What a state and a running project name by its address alone. */
const byEmail = (email: string, input: TerraformInput): Resource | undefined =>
  input.managed("google_service_account").find(({ values }) => values["email"] === email);

const EVERYBODY = new Set(["allUsers", "allAuthenticatedUsers"]);

/** Whether IAM's name of a member is the account's. */
function isMember(member: Value, from: Resource, account: Account, input: TerraformInput): Ternary {
  const mentions = isReference(member) ? [member.address] : isUnknown(member) ? member.mentions : [];
  const [mentioned] = mentions.map((address) => input.find(referenceTo(address, ""), from, "member"));
  if (mentioned?.kind === "resource" && mentions.length === 1) {
    return mentioned.resource.type === "google_service_account" ? mentioned.resource === account.resource : false;
  }
  const name = knownText(input.follow(member, from));
  if (name === undefined) return "unknown";
  if (EVERYBODY.has(name)) return true;
  const { email } = account;
  return email === undefined ? "unknown" : name.startsWith(`serviceAccount:${email}`);
}
