import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { LoggingLogViewIamMember } from "@cdktf/provider-google/lib/logging-log-view-iam-member";
import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { workloadIdentityMember, accountEmail } from "../../config/google/names";
import { PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT } from "../../config/names";
import { Construct, type TerraformResource } from "../../framework";
import type { ImageRepository } from "./registry";

/** `platform`: Union's services; `task`: task pods; `fluentBit`: what ships logs. */
type IdentityName = "platform" | "task" | "fluentBit";

/** A Kubernetes service account. */
export interface KubernetesAccount {
  /** Namespace of the account and of the pods that run as it. */
  readonly namespace: string;
  /** The account's name, in full: Workload Identity takes no pattern. */
  readonly name: string;
}

/** Which of the cluster's service accounts act as the identities, and on what. */
export interface IdentityProps {
  /** The deployment's name: part of the custom roles' ids. */
  readonly name: string;
  /** The deployment's generation: part of them too. */
  readonly generation: string;
  /** Ids of the service accounts. */
  readonly accountIds: Readonly<Record<IdentityName, string>>;
  /** Those of them that are there already. Default: none. */
  readonly given?: readonly string[];
  /** Id of the project. */
  readonly project: string;
  /** The cloud's region, where log bucket and repository lie. */
  readonly region: string;
  /** Kubernetes service accounts of the task pods. */
  readonly taskServiceAccounts: readonly KubernetesAccount[];
  /** Kubernetes service account of Fluent Bit, which may write logs and read none. */
  readonly fluentBitServiceAccount: KubernetesAccount;
  /** Names of the metadata and the fast-registration bucket. */
  readonly buckets: readonly string[];
  /** Id of the log bucket of the pods. */
  readonly logBucketId: string;
  /** Id of the repository of images that the platform builds. */
  readonly buildRepositoryId: string;
  /** Let task pods build images, from those in these repositories, by id; default: they may not. */
  readonly baseImageRepositories?: Readonly<Record<string, ImageRepository>> | undefined;
  /** Beginnings of the ids of the secrets that the platform may manage. */
  readonly secretIdPrefixes: readonly string[];
  /** The cluster: the project's pool of workload identities is there only once a cluster has joined it. */
  readonly cluster: TerraformResource;
}

/** A service account: its full name, its e-mail address, and as IAM names it. */
type Account = Pick<ServiceAccount, "name" | "email" | "member">;

/** A service account of the project that is there already. */
function givenAccount(project: string, accountId: string): Account {
  const email = accountEmail({ project }, accountId);
  return { name: `projects/${project}/serviceAccounts/${email}`, email, member: `serviceAccount:${email}` };
}

/** Reads, writes and lists objects of one bucket. */
const BUCKET_ROLES = { objects: "roles/storage.objectAdmin", bucket: "roles/storage.legacyBucketReader" };

/** Google checks these on the project, whatever a condition says of secrets: names are seen, values never. */
const NAME_SECRETS = ["secrets.create", "secrets.list"];
const MANAGE_SECRETS = [
  ...["secrets.get", "secrets.update", "secrets.delete"],
  ...["access", "add", "destroy", "disable", "enable", "get", "list"].map((verb) => `versions.${verb}`),
];

/**
 * The three identities, each a service account that exactly its own Kubernetes service accounts may be, by Workload
 * Identity: no key exists. Rights are on single buckets, repositories and log views; on the project is only what Google
 * can't narrow, and the secrets, narrowed by the beginning of their ids. Document: "Communication paths" (Task Pods to
 * Object Store, Fluent Bit to Log Aggregator: as whom they call).
 */
export class Identity extends Construct {
  /** E-mail addresses of the service accounts. */
  readonly emails: Readonly<Record<IdentityName, string>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IdentityProps,
  ) {
    super(scope, id);
    const { accountIds, taskServiceAccounts, fluentBitServiceAccount } = props;
    const platform = this.account("platform", accountIds.platform, "Platform services", [
      { namespace: PLATFORM_NAMESPACE, name: PLATFORM_SERVICE_ACCOUNT },
    ]);
    const task = this.account("task", accountIds.task, "Task pods", taskServiceAccounts);
    const fluentBit = this.account("fluent-bit", accountIds.fluentBit, "Fluent Bit", [fluentBitServiceAccount]);
    this.emails = { platform: platform.email, task: task.email, fluentBit: fluentBit.email };

    this.buckets("platform", platform.member);
    this.secrets(platform.member);
    this.logsRead(platform.member);
    this.repository("platform-builds", this.builds, "writer", platform.member);
    this.signUrls(platform);
    this.buckets("task", task.member);
    if (props.baseImageRepositories) this.imageBuilds(task.member, props.baseImageRepositories);
    // Google can't narrow what writes to a log: only whose log it is.
    this.onProject("fluent-bit-logs", fluentBit.member, "roles/logging.logWriter");
  }

  /** A service account, and who may be it. */
  private account(id: string, accountId: string, displayName: string, accounts: readonly KubernetesAccount[]): Account {
    const { name: deployment, project, given = [], cluster } = this.props;
    const account = given.includes(accountId)
      ? givenAccount(project, accountId)
      : new ServiceAccount(this, id, { accountId, displayName: `${displayName} of ${deployment}` });
    for (const { namespace, name } of accounts) {
      new ServiceAccountIamMember(this, `${id}-workload-${namespace}-${name}`, {
        serviceAccountId: account.name,
        role: "roles/iam.workloadIdentityUser",
        member: workloadIdentityMember(this.props, namespace, name),
        dependsOn: [cluster],
      });
    }
    return account;
  }

  private buckets(id: string, member: string): void {
    this.props.buckets.forEach((bucket, index) => {
      for (const [what, role] of Object.entries(BUCKET_ROLES)) {
        new StorageBucketIamMember(this, `${id}-${what}-${index}`, { bucket, role, member });
      }
    });
  }

  /** Secrets whose ids begin as the deployment's do. */
  private secrets(member: string): void {
    const { secretIdPrefixes } = this.props;
    this.onProject("platform-secret-names", member, this.role("secret_names", "Names of secrets", NAME_SECRETS));
    this.onProject("platform-secrets", member, this.role("secrets", "Own secrets", MANAGE_SECRETS), {
      title: "Own secrets",
      description: "Secrets whose ids begin as this data plane's do",
      expression: secretIdPrefixes
        .map((prefix) => `resource.name.extract("/secrets/{id}").startsWith("${prefix}")`)
        .join(" || "),
    });
  }

  /**
   * A role of exactly these permissions of Secret Manager: its predefined roles may also share secrets with others.
   * Google keeps the id of a role that is deleted for 37 days.
   */
  private role(id: string, title: string, permissions: readonly string[]): string {
    const { name, generation } = this.props;
    return new ProjectIamCustomRole(this, `role-${id}`, {
      roleId: `union_${name.replaceAll("-", "_")}_${id}_${generation}`,
      title: `${title} (${name})`,
      permissions: permissions.map((permission) => `secretmanager.${permission}`),
      lifecycle: { ignoreChanges: ["role_id"] },
    }).name;
  }

  /**
   * Union's proxy asks for logs of the project, not of a bucket: Cloud Logging checks the right to that, and for what
   * lies in a bucket of the customer's own the right to its view too.
   */
  private logsRead(member: string): void {
    const { project, region: location, logBucketId: bucket } = this.props;
    this.onProject("platform-logs-of-project", member, "roles/logging.viewer");
    new LoggingLogViewIamMember(this, "platform-logs", {
      parent: `projects/${project}`,
      location,
      bucket,
      // Google makes this view with each bucket.
      name: "_AllLogs",
      role: "roles/logging.viewAccessor",
      member,
    });
  }

  private get builds(): ImageRepository {
    return { location: this.props.region, repository: this.props.buildRepositoryId };
  }

  private imageBuilds(member: string, baseImageRepositories: Readonly<Record<string, ImageRepository>>): void {
    this.repository("task-builds", this.builds, "writer", member);
    for (const [id, repository] of Object.entries(baseImageRepositories))
      this.repository(`task-${id}`, repository, "reader", member);
  }

  private repository(id: string, place: ImageRepository, right: "reader" | "writer", member: string): void {
    new ArtifactRegistryRepositoryIamMember(this, id, {
      ...place,
      role: `roles/artifactregistry.${right}`,
      member,
    });
  }

  /** Presigned URLs are signed by the service account itself, which holds no key to do it with. */
  private signUrls({ name: serviceAccountId, member }: Account): void {
    new ServiceAccountIamMember(this, "platform-signs", {
      serviceAccountId,
      role: "roles/iam.serviceAccountTokenCreator",
      member,
    });
  }

  private onProject(
    id: string,
    member: string,
    role: string,
    condition?: { readonly title: string; readonly description: string; readonly expression: string },
  ): void {
    const { project } = this.props;
    new ProjectIamMember(this, id, { project, role, member, ...(condition && { condition }) });
  }
}

/** The service account that nodes run as. */
export interface NodeIdentityProps {
  /** The deployment's name. */
  readonly name: string;
  /** Id of the service account. */
  readonly accountId: string;
  /** Id of the project. */
  readonly project: string;
  /** Whether the account is there already. Default: it is made. */
  readonly isGiven?: boolean;
}

/**
 * The nodes' own service account: what a kubelet needs. Repositories that it pulls from let it do so themselves.
 * Document: "Cloudflare Tunnel" (container images bypass it: nodes pull them).
 */
export class NodeIdentity extends Construct {
  /** E-mail address, as node pools name it: `ID@PROJECT.iam.gserviceaccount.com`. */
  readonly email: string;
  /** As IAM names it. */
  readonly member: string;
  /** Its rights, for nodes to wait for. */
  readonly rights: TerraformResource;

  constructor(scope: Construct, id: string, { name, accountId, project, isGiven }: NodeIdentityProps) {
    super(scope, id);
    const account = isGiven
      ? givenAccount(project, accountId)
      : new ServiceAccount(this, "node", { accountId, displayName: `Nodes of ${name}` });
    this.email = account.email;
    this.member = account.member;
    this.rights = new ProjectIamMember(this, "node-rights", {
      project,
      role: "roles/container.defaultNodeServiceAccount",
      member: account.member,
    });
  }
}
