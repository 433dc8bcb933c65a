import {
  ArtifactRegistryRepository,
  type ArtifactRegistryRepositoryConfig,
} from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import type { GivenRepository } from "../../config/google/repositories";
import { Construct, type TerraformResource } from "../../framework";
import { registryHost } from "../../config/google/names";

/** A registry on the internet. */
export interface PublicRegistry {
  /** Host of a registry that answers without this project's identity, e.g. `ghcr.io`. */
  readonly host: string;
  /** Who fetches from it: a user's name, and the version of the secret with the password. Default: anybody. */
  readonly login?:
    | {
        /** The user's name, in the clear. */
        readonly userName: string;
        /** `projects/PROJECT/secrets/ID/versions/VERSION` in Secret Manager: the password itself is in no file. */
        readonly passwordVersion: string;
      }
    | undefined;
}

/** A repository of images. */
export interface ImageRepository {
  /** Region or multi-region of the repository. */
  readonly location: string;
  /** Id of the repository, in the registry's project. */
  readonly repository: string;
}

/** Repositories of images, and the public registries that they are fetched from. */
export interface RegistryProps {
  /** Id of the repository of images that the platform builds. */
  readonly buildRepositoryId: string;
  /** Public registries by the id of the repository that stands for each. */
  readonly upstreams: Readonly<Record<string, PublicRegistry>>;
  /** Repositories of the project that are there already and hold images too. Default: none. */
  readonly given?: readonly GivenRepository[];
  /** Id of the project. */
  readonly project: string;
  /** The cloud's region: images lie nowhere else. */
  readonly region: string;
  /** Key that encrypts images. Default: Google's own. */
  readonly keyId?: string | undefined;
  /** Who may pull, as IAM names it: the nodes' service account. */
  readonly reader: string;
}

/** Days after which images that lost their tag are deleted. */
const UNTAGGED_DAYS = 30;
const SECONDS_A_DAY = 86_400;

/**
 * The customer's container registry: built images, and repositories that stand for the public registries, which strict
 * egress closes: Google fetches their images, not the nodes. Document: "Cloudflare Tunnel" (container
 * images bypass it and come from the customer's registry).
 */
export class Registry extends Construct {
  /** Id of the repository of built images. */
  readonly buildRepositoryId: string;
  /** Where images of that repository are pushed to and pulled from. */
  readonly buildRepositoryUrl: string;
  /** All other repositories of images, by id: those that stand for public registries, and the given ones. */
  readonly sources: Readonly<Record<string, ImageRepository>>;
  private ownProject: DataGoogleProject | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RegistryProps,
  ) {
    super(scope, id);
    const { buildRepositoryId, upstreams, project, region } = props;
    this.buildRepositoryId = this.repository("builds", {
      repositoryId: buildRepositoryId,
      description: "Images that the platform builds",
      // Tags stay mutable, as Google makes them: the builder pushes one again when a build is forced or repeated.
      mode: "STANDARD_REPOSITORY",
    });
    this.buildRepositoryUrl = `${registryHost(region)}/${project}/${buildRepositoryId}`;
    const remote = Object.entries(upstreams).map(([repositoryId, upstream]) => {
      return [repositoryId, { location: region, repository: this.remote(repositoryId, upstream) }] as const;
    });
    const given = (props.given ?? []).map(
      ({ location, name }) => [`${location}-${name}`, { location, repository: name }] as const,
    );
    for (const [id, repository] of given) this.reader(id, repository);
    this.sources = Object.fromEntries([...remote, ...given]);
  }

  /** A repository that stands for a public registry. */
  private remote(repositoryId: string, { host, login }: PublicRegistry): string {
    return this.repository(repositoryId, {
      repositoryId,
      description: `Images of ${host}`,
      mode: "REMOTE_REPOSITORY",
      remoteRepositoryConfig: {
        description: host,
        dockerRepository: { customRepository: { uri: `https://${host}` } },
        ...(login && {
          upstreamCredentials: {
            usernamePasswordCredentials: {
              username: login.userName,
              passwordSecretVersion: login.passwordVersion,
            },
          },
        }),
      },
      ...(login &&
        this.isOwn(login.passwordVersion) && { dependsOn: [this.secretReader(repositoryId, login.passwordVersion)] }),
    });
  }

  /** Whether a secret is the project's: the rights on another's are given there, before the repository is made. */
  private isOwn(version: string): boolean {
    return version.startsWith(`projects/${this.props.project}/`);
  }

  /** Google's own agent reads the password, not the nodes. */
  private secretReader(id: string, version: string): TerraformResource {
    const { number } = (this.ownProject ??= new DataGoogleProject(this, "project", { projectId: this.props.project }));
    return new SecretManagerSecretIamMember(this, `${id}-login`, {
      secretId: version.replace(/\/versions\/.*$/, ""),
      role: "roles/secretmanager.secretAccessor",
      member: `serviceAccount:service-${number}@gcp-sa-artifactregistry.iam.gserviceaccount.com`,
    });
  }

  private reader(id: string, { location, repository }: ImageRepository, madeWith?: string[]): void {
    new ArtifactRegistryRepositoryIamMember(this, `${id}-reader`, {
      location,
      repository,
      role: "roles/artifactregistry.reader",
      member: this.props.reader,
      ...(madeWith && { lifecycle: { replaceTriggeredBy: madeWith } }),
    });
  }

  private repository(id: string, config: Omit<ArtifactRegistryRepositoryConfig, "format">): string {
    const { region: location, keyId } = this.props;
    const repository = new ArtifactRegistryRepository(this, id, {
      ...config,
      location,
      format: "DOCKER",
      ...(keyId !== undefined && { kmsKeyName: keyId }),
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        {
          id: "untagged",
          action: "DELETE",
          condition: { tagState: "UNTAGGED", olderThan: `${UNTAGGED_DAYS * SECONDS_A_DAY}s` },
        },
      ],
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
      lifecycle: {
        ignoreChanges: [
          // Where nothing is set Google may answer with an empty block or with none, and either would be a change for ever.
          "docker_config",
          // Another key would replace the repository: one that stands keeps its own, and its images.
          "kms_key_name",
        ],
      },
    });
    // Rights go with a repository that is made anew, and its id, by which they name it, stays the same.
    this.reader(id, { location, repository: repository.repositoryId }, [
      `${repository.terraformResourceType}.${repository.friendlyUniqueId}.create_time`,
    ]);
    return repository.repositoryId;
  }
}
