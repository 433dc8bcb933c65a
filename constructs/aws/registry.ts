import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrPullThroughCacheRule } from "@cdktf/provider-aws/lib/ecr-pull-through-cache-rule";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcrRepositoryCreationTemplate } from "@cdktf/provider-aws/lib/ecr-repository-creation-template";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "../../framework";
import { policyDocument, trustOfService } from "./iam-policy";

/** A registry on the internet. */
export interface PublicRegistry {
  /** One of those that ECR can fetch from, e.g. `ghcr.io`; Docker Hub is `registry-1.docker.io`. */
  readonly host: string;
  /** Secrets Manager secret with a login to it, whose name begins with `ecr-pullthroughcache/`. Default: no login. */
  readonly credentialArn?: string | undefined;
}

/** Repositories that ECR fills from public registries when a node first pulls. */
export interface PullThroughCache {
  /** First path segment of the cached repositories; also names the role that makes them. */
  readonly prefix: string;
  /** Public registries by the path segment that follows the prefix. */
  readonly upstreams: Readonly<Record<string, PublicRegistry>>;
  /** Further repositories, by their paths behind the prefix: of images that ECR can't fetch, which a person copies. */
  readonly copied: readonly string[];
  /** The account, of 12 digits. */
  readonly accountId: string;
  /** The AWS region. */
  readonly region: string;
}

/** Repositories of images, and the public registries that they are fetched from. */
export interface RegistryProps {
  /** Name of the repository of images that the platform builds. */
  readonly buildRepositoryName: string;
  /** Key that encrypts images. */
  readonly keyArn: string;
  /** Caches of public registries; undefined where a mirror holds the platform's images already. */
  readonly pullThrough: PullThroughCache | undefined;
  /** Let `destroy` delete a repository that still holds images. Default: false. */
  readonly forceDelete?: boolean;
}

/** Days after which images that lost their tag are deleted; those that a tagged index names are kept by ECR. */
const UNTAGGED_DAYS = 30;

const EXPIRE_UNTAGGED = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: `Untagged images after ${UNTAGGED_DAYS} days`,
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: UNTAGGED_DAYS,
      },
      action: { type: "expire" },
    },
  ],
});

/**
 * The customer's container registry: built images, and caches of the public registries, which strict egress closes.
 * Document: "Cloudflare Tunnel" (container images bypass it and come from the customer's registry).
 */
export class Registry extends Construct {
  /** ARN of the repository of built images. */
  readonly repositoryArn: string;
  /** Where built images are pushed to and pulled from: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`, without a tag. */
  readonly repositoryUrl: string;
  /** ARN pattern of the cached repositories; undefined without pull-through caches. */
  readonly pullThroughRepositories: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RegistryProps,
  ) {
    super(scope, id);
    const { keyArn, pullThrough } = props;
    // The builder pushes a tag again when a build is forced or repeated, which an immutable tag would refuse.
    const builds = this.repository("builds", props.buildRepositoryName, "MUTABLE");
    this.repositoryArn = builds.arn;
    this.repositoryUrl = builds.repositoryUrl;
    this.pullThroughRepositories = pullThrough && this.addPullThrough(pullThrough, keyArn);
  }

  private repository(id: string, name: string, imageTagMutability: "MUTABLE" | "IMMUTABLE"): EcrRepository {
    const { keyArn, forceDelete = false } = this.props;
    const repository = new EcrRepository(this, id, {
      name,
      imageTagMutability,
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: keyArn }],
      forceDelete,
    });
    new EcrLifecyclePolicy(this, `${id}-lifecycle`, { repository: repository.name, policy: EXPIRE_UNTAGGED });
    return repository;
  }

  private addPullThrough({ prefix, upstreams, copied, accountId, region }: PullThroughCache, keyArn: string): string {
    const repositories = `arn:aws:ecr:${region}:${accountId}:repository/${prefix}/*`;
    // ECR's own role can't make repositories with a customer's key.
    const role = new IamRole(this, "creation-role", {
      name: `${prefix}-pull-through`,
      assumeRolePolicy: trustOfService("ecr.amazonaws.com"),
    });
    const policy = new IamRolePolicy(this, "creation-role-policy", {
      name: "create-repositories",
      role: role.name,
      policy: policyDocument([
        { Effect: "Allow", Action: "ecr:CreateRepository", Resource: repositories },
        { Effect: "Allow", Action: ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"], Resource: keyArn },
      ]),
    });
    const template = new EcrRepositoryCreationTemplate(this, "creation-template", {
      prefix,
      description: "Caches of public registries",
      appliedFor: ["PULL_THROUGH_CACHE"],
      customRoleArn: role.arn,
      // A cache follows its upstream, whose tags may move.
      imageTagMutability: "MUTABLE",
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: keyArn }],
      lifecyclePolicy: EXPIRE_UNTAGGED,
      dependsOn: [policy],
    });
    for (const [upstream, { host, credentialArn }] of Object.entries(upstreams)) {
      new EcrPullThroughCacheRule(this, upstream, {
        ecrRepositoryPrefix: `${prefix}/${upstream}`,
        upstreamRegistryUrl: host,
        // ECR's own service-linked role reads the secret, by the beginning of its name.
        ...(credentialArn !== undefined && { credentialArn }),
        // The first pull makes the repository, which takes its encryption from the template then or never.
        dependsOn: [template],
      });
    }
    for (const path of copied) this.repository(path, `${prefix}/${path}`, "IMMUTABLE");
    return repositories;
  }
}
