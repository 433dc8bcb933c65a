/**
 * Which service accounts of a deployment are which service account of Google Cloud, and which rights each has, for
 * `no-static-credentials`.
 *
 * Google Kubernetes Engine, "Workload Identity Federation for GKE"
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity): IAM lets exactly named Kubernetes
 * accounts be a service account, and each names it by an annotation. IAM, "Basic roles"
 * (https://cloud.google.com/iam/docs/roles-overview#basic): owner, editor and viewer are of nearly everything. "IAM
 * Conditions" (https://cloud.google.com/iam/docs/conditions-overview): a grant with a condition holds for what it says.
 */
import type { GoogleDeployment } from "../../../config/deployment";
import {
  accountEmail,
  buildRepository,
  fastRegistrationBucket,
  givenAccounts,
  podLogs,
  metadataBucket,
  nodeAccount,
  secretPrefix,
  workloadIdentityMember,
} from "../../../config/google/names";
import { userSecretPrefix } from "../../../config/names";
import { problemAt, type Problem } from "../../problem";
import { inputOf } from "../lookup";
import { objectsOf } from "../kubernetes/objects";
import { isReference, isUnknown, referenceTo, type Resource, type System, type Value } from "../../model";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { at, field, isOpaque, text, texts, type Opaque, knownText, whyOpaque } from "../../values";
import { lastSegment } from "../../../config/texts";
import { ACCOUNT, BUCKET, REPOSITORY, PROJECT, LOG_VIEW, type Identity, IDENTITIES, PLACES } from "./identities";

/** What stands for a role that the input defines, whose permissions tell what it allows. */
const OWN_ROLE = "a role of its own";
const CUSTOM_ROLE = "google_project_iam_custom_role";

/** Each identity is its own workloads' and has its own rights; each workload bears its own identity; nobody has more. */
export function* judgeGoogleIdentity(system: System, deployment: GoogleDeployment): Generator<Problem> {
  const judge = new GoogleIdentities(system, deployment);
  yield* judge.accounts();
  yield* judge.grants();
  yield* judge.nodes();
  yield* judge.annotations();
}

// ---------------------------------------------------------------- who is meant

/** Whom a grant names. */
type Member =
  | { readonly kind: "account"; readonly id: string }
  /** A service of Google's that acts for the customer, such as the one that encrypts a bucket. */
  | { readonly kind: "agent" }
  | { readonly kind: "other"; readonly name: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** Service agents: https://cloud.google.com/iam/docs/service-account-types#service-agents */
const AGENT =
  /^serviceAccount:(service-[^@]+@[\w-]+\.iam|[^@]+@(gcp-sa-[\w-]+|cloudservices|gs-project-accounts)(\.iam)?)\.gserviceaccount\.com$/;
/** Data sources and resources that tell an agent's address. */
const AGENT_SOURCES = new Set([
  "google_storage_project_service_account",
  "google_logging_project_cmek_settings",
  "google_logging_project_sink",
]);

class GoogleIdentities {
  private readonly input: TerraformInput;
  /** `ACCOUNT_ID` of each identity's service account. */
  private readonly byId: ReadonlyMap<string, Identity>;

  constructor(
    private readonly system: System,
    private readonly deployment: GoogleDeployment,
  ) {
    this.input = inputOf(system);
    this.byId = new Map(IDENTITIES.map((identity) => [identity.account(deployment), identity]));
  }

  /** How IAM names the Kubernetes accounts of an identity. */
  private subjects({ workloads }: Identity): string[] {
    const { deployment } = this;
    return workloads(deployment).map(({ namespace, name }) => workloadIdentityMember(deployment, namespace, name));
  }

  private member(value: Value | undefined, from: Resource): Member {
    const mentions = isReference(value) ? [value.address] : isUnknown(value) ? value.mentions : [];
    const [mentioned] = mentions.map((address) => this.input.find(referenceTo(address, ""), from, "member"));
    const said = this.input.partialText(value, from);
    if (mentioned?.kind === "resource" && mentions.length === 1) {
      const { type, values } = mentioned.resource;
      const id = knownText(this.input.follow(values["account_id"], mentioned.resource));
      if (type === ACCOUNT && id !== undefined && (said === undefined || said === "serviceAccount:${}")) {
        return { kind: "account", id };
      }
      if (AGENT_SOURCES.has(type)) return { kind: "agent" };
    }
    if (said !== undefined && AGENT.test(said.replaceAll("${}", "0"))) return { kind: "agent" };
    const known = text(this.input.follow(value, from));
    if (known === undefined || isOpaque(known)) return { kind: "unknown", reason: why(known) };
    const [, id, domain] = /^serviceAccount:([^@[]+)@(.+)$/.exec(known) ?? [];
    const isOwn = id !== undefined && domain === accountEmail(this.deployment, id).split("@")[1] && this.byId.has(id);
    return isOwn ? { kind: "account", id } : { kind: "other", name: known };
  }

  // -------------------------------------------------------------- accounts

  *accounts(): Generator<Problem> {
    const made = this.input.managed(ACCOUNT).map((resource) => {
      return { resource, id: text(this.input.follow(resource.values["account_id"], resource)) };
    });
    for (const { resource, id } of made) {
      const identity = typeof id === "string" ? this.byId.get(id) : undefined;
      if (isOpaque(id)) yield problemAt(resource, ["account_id"], "unknown", `who it is can't be told: ${why(id)}`);
      else if (!identity) yield problemAt(resource, [], "violated", "is an identity that the deployment does not have");
      else yield* this.federation(resource, id ?? "", identity);
    }
    const [cluster] = this.input.managed("google_container_cluster");
    if (!cluster || made.some(({ id }) => isOpaque(id))) return;
    const given = givenAccounts(this.deployment);
    for (const [id, identity] of this.byId) {
      if (given.includes(id)) yield* this.federation(cluster, id, identity);
      else if (!made.some((account) => account.id === id)) {
        yield problemAt(cluster, [], "violated", `the service account ${id} is not there`);
      }
    }
  }

  /** Whether every workload of an identity may be it: an account that is made, or of the cluster one that is given. */
  private *federation(at: Resource, id: string, identity: Identity): Generator<Problem> {
    const grants = this.grantsOn(id).filter(({ values }) => values["role"] === WORKLOAD_USER);
    const admitted = grants.flatMap(membersOf).map((member) => this.input.follow(member, at));
    const missing = this.subjects(identity).filter((subject) => !admitted.includes(subject));
    if (missing.length === 0 || admitted.some(isOpaque)) return;
    const who = at.type === ACCOUNT ? "it" : `the service account ${id}`;
    yield problemAt(at, [], "violated", `does not let ${missing.join(", ")} be ${who}`);
  }

  private grantsOn(id: string): Resource[] {
    return this.input
      .managed(`${ACCOUNT}_iam_member`, `${ACCOUNT}_iam_binding`)
      .filter((grant) => this.owner(grant) === id);
  }

  /** The service account that a grant is on. */
  private owner(grant: Resource): string | undefined {
    const target = this.input.find(grant.values["service_account_id"], grant, "service account");
    if (isUnknown(target)) return undefined;
    if (target.kind === "outside") return /(?:^|\/)([^/@]+)@/.exec(target.name)?.[1];
    return knownText(this.input.follow(target.resource.values["account_id"], target.resource));
  }

  // -------------------------------------------------------------- grants

  *grants(): Generator<Problem> {
    for (const grant of this.system.resources.filter(({ type, mode }) => mode === "managed" && GRANT.test(type))) {
      const [, on = "", kind] = GRANT.exec(grant.type) ?? [];
      if (kind === "policy") {
        yield problemAt(grant, [], "violated", "replaces every grant there is, Google's own among them");
        continue;
      }
      // A role of the input's own has a name too, once it stands.
      const role = this.customRole(grant) ? OWN_ROLE : text(this.input.follow(grant.values["role"], grant));
      if (role === undefined || isOpaque(role)) {
        yield problemAt(grant, ["role"], "unknown", `its role can't be told: ${why(role)}`);
        continue;
      }
      for (const member of membersOf(grant)) yield* this.grant(grant, on, role === OWN_ROLE ? undefined : role, member);
    }
  }

  private *grant(grant: Resource, on: string, role: string | undefined, written: Value): Generator<Problem> {
    const say = (status: Problem["status"], message: string) => problemAt(grant, ["member"], status, message);
    const named = role ?? OWN_ROLE;
    if (role !== undefined && BASIC.test(role)) {
      yield say("violated", `${role} allows nearly everything`);
      return;
    }
    if (on === ACCOUNT && role === WORKLOAD_USER) {
      const subject = text(this.input.follow(written, grant));
      const identity = this.byId.get(this.owner(grant) ?? "");
      if (subject === undefined || isOpaque(subject))
        yield say("unknown", `whom it admits can't be told: ${why(subject)}`);
      else if (!identity || !this.subjects(identity).includes(subject)) {
        yield say("violated", `admits ${subject}, whose identity it is not`);
      }
      return;
    }
    const member = this.member(written, grant);
    switch (member.kind) {
      case "unknown":
        yield say("unknown", `who has ${named} can't be told: ${member.reason}`);
        return;
      case "agent":
        if (on !== ACCOUNT) return;
        yield say("violated", "lets a service of Google's be the service account");
        return;
      case "other":
        yield say("violated", `gives ${named} to ${member.name}, whom the deployment does not know`);
        return;
      case "account": {
        const verdict = this.right(grant, on, role, member.id);
        if (verdict === "unknown") yield say("unknown", `what ${member.id} may do can't be told`);
        else if (!verdict)
          yield say("violated", `gives ${named} on ${PLACES[on] ?? on} to ${member.id}, which is not its own`);
      }
    }
  }

  /** Whether a grant is among the rights of an identity, on what is its own. */
  private right(grant: Resource, on: string, role: string | undefined, id: string): boolean | "unknown" {
    const custom = role === undefined ? this.customRole(grant) : undefined;
    const permissions = custom && texts(this.input.follow(custom.values["permissions"], custom));
    if (permissions?.some(isOpaque)) return "unknown";
    const isPlaced = this.isOwnPlace(grant, on, role, id);
    const { rights = [], imageBuilds = [] } = this.byId.get(id) ?? {};
    const found = [...rights, ...(this.deployment.components.imageBuilder ? imageBuilds : [])].filter((right) => {
      if (right.on !== on) return false;
      if (typeof right.role === "string") return right.role === role;
      const allowed = right.role;
      return permissions !== undefined && permissions.every((one) => typeof one === "string" && allowed.test(one));
    });
    const isNarrow = found.some(({ ownSecrets }) => !ownSecrets || this.isOwnSecrets(grant));
    return found.length > 0 && isNarrow && isPlaced;
  }

  private customRole(grant: Resource): Resource | undefined {
    const target = this.input.find(grant.values["role"], grant, "role");
    return target.kind === "resource" && target.resource.type === CUSTOM_ROLE ? target.resource : undefined;
  }

  /** Whether what a grant is on is the deployment's own: its buckets, its builds, its pods' logs, the account itself. */
  private isOwnPlace(grant: Resource, on: string, role: string | undefined, id: string): boolean {
    const { deployment } = this;
    if (on === ACCOUNT) return this.owner(grant) === id;
    if (on === PROJECT) return this.nameOf(grant, "project", "project_id") === deployment.project;
    if (on === LOG_VIEW) return this.isPodLogs(grant);
    if (on === BUCKET) {
      const own = [metadataBucket(deployment), fastRegistrationBucket(deployment)];
      return own.includes(this.nameOf(grant, "bucket", "name") ?? "");
    }
    if (on === REPOSITORY && role === "roles/artifactregistry.writer") {
      return this.nameOf(grant, "repository", "repository_id") === buildRepository(deployment);
    }
    return true;
  }

  /** The name of what an argument names: written, or in `field` of the resource that it refers to. */
  private nameOf(grant: Resource, argument: string, name: string): string | undefined {
    const target = this.input.find(grant.values[argument], grant, argument);
    if (isUnknown(target)) return undefined;
    if (target.kind === "outside") return lastSegment(target.name);
    return knownText(this.input.follow(field(target.resource, name), target.resource));
  }

  /** Whether a log bucket is that of the pods: its id is the deployment's, and may end in a generation. */
  private isPodLogs(grant: Resource): boolean {
    const target = this.input.find(grant.values["bucket"], grant, "bucket");
    const id = isUnknown(target)
      ? target.text
      : target.kind === "outside"
        ? lastSegment(target.name)
        : this.input.partialText(field(target.resource, "bucket_id"), target.resource);
    return id !== undefined && new RegExp(`^${podLogs(this.deployment)}${GENERATION}$`).test(id);
  }

  /** Whether a condition leaves secrets alone whose ids begin as the deployment's own. */
  private isOwnSecrets(grant: Resource): boolean {
    const expression = text(this.input.follow(at(grant.values["condition"], "expression"), grant));
    if (typeof expression !== "string") return false;
    const own = [secretPrefix(this.deployment), userSecretPrefix(this.deployment)];
    return expression.split("||").every((part) => {
      const [, prefix = ""] = OF_SECRETS.exec(part.trim()) ?? [];
      return own.some((beginning) => prefix.startsWith(beginning));
    });
  }

  // -------------------------------------------------------------- nodes and workloads

  /** Nodes are their own service account: the default one may do nearly everything in a project. */
  *nodes(): Generator<Problem> {
    const path = ["node_config", "service_account"];
    for (const pool of this.input.managed("google_container_node_pool")) {
      const written = field(pool, ...path);
      const target = isAbsent(written) ? undefined : this.input.find(written, pool, "service account");
      const id =
        target?.kind === "resource"
          ? knownText(this.input.follow(target.resource.values["account_id"], target.resource))
          : target?.kind === "outside"
            ? target.name.split("@")[0]
            : undefined;
      if (isUnknown(target))
        yield problemAt(pool, path, "unknown", `who its nodes are can't be told: ${target.reason}`);
      else if (id !== nodeAccount(this.deployment)) {
        yield problemAt(pool, path, "violated", `its nodes are ${id ?? "the default service account"}, not their own`);
      }
    }
  }

  *annotations(): Generator<Problem> {
    const { deployment, input } = this;
    const objects = objectsOf(this.system);
    for (const account of objects.ofKind("ServiceAccount", "")) {
      const [namespace, name] = [objects.namespaceOf(account), objects.nameOf(account)];
      const identity = IDENTITIES.find(({ workloads }) =>
        workloads(deployment).some((own) => own.namespace === namespace && own.name === name),
      );
      const expected = identity && accountEmail(deployment, identity.account(deployment));
      const path = ["metadata", "annotations", ANNOTATION];
      const email = text(input.follow(at(account.values, ...path), account));
      if (isOpaque(email)) yield problemAt(account, path, "unknown", `its identity can't be told: ${why(email)}`);
      else if (expected !== undefined && isAbsent(email))
        yield problemAt(account, path, "violated", "has no identity of its own");
      else if (!isAbsent(email) && email !== expected)
        yield problemAt(account, path, "violated", `has the identity ${email}, which is not its own`);
    }
  }
}

const ANNOTATION = "iam.gke.io/gcp-service-account";
const WORKLOAD_USER = "roles/iam.workloadIdentityUser";
/** What may end an id that Google keeps: digits that only the first apply draws, which stand as `${}` before. */
const GENERATION = String.raw`(-([0-9a-f]{8}|\$\{\}))?`;
const BASIC = /^roles\/(owner|editor|viewer)$/;
const GRANT = /^(google_\w+?)_iam_(member|binding|policy)$/;
/** `resource.name.extract("/secrets/{id}").startsWith("PREFIX")` */
const OF_SECRETS = /^resource\.name\.extract\("\/secrets\/\{id\}"\)\.startsWith\("([^"]+)"\)$/;

/** Everyone that a grant names. */
const membersOf = ({ values }: Resource): readonly Value[] => {
  const { member, members } = values;
  if (!isAbsent(member)) return [member];
  return Array.isArray(members) ? (members as readonly Value[]) : [members ?? null];
};

const why = (value: string | Opaque | undefined) => (isOpaque(value) ? whyOpaque(value) : "it is left out");
