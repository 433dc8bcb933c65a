import {
  ArtifactRegistryRepository,
  type ArtifactRegistryRepositoryConfig,
} from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { Construct } from "../../framework";

export interface RegistryProps {
  /** Id of the repository of images that the platform builds. */
  readonly buildRepositoryId: string;
  /** Hosts of public registries by the id of the repository that stands for each; empty where a mirror is given. */
  readonly upstreams: Readonly<Record<string, string>>;
  /** Id of the project. */
  readonly project: string;
  /** The cloud's region: images lie nowhere else. */
  readonly region: string;
  /** Key that encrypts images. */
  readonly keyId: string;
  /** Who may pull, as IAM names it: the nodes' service account. */
  readonly reader: string;
}

/** Days after which images that lost their tag are deleted. */
const UNTAGGED_DAYS = 30;
const SECONDS_A_DAY = 86_400;

/**
 * The customer's container registry: built images, and repositories that stand for the public registries, which strict
 * egress closes: Google fetches their images, not the nodes. Document: container images bypass the tunnel and come from
 * the customer's registry.
 */
export class Registry extends Construct {
  /** Id of the repository of built images. */
  readonly buildRepositoryId: string;
  /** References to the repositories that stand for public registries, by id. */
  readonly remoteRepositories: Readonly<Record<string, string>>;
  /** Where images of that repository are pushed to and pulled from. */
  readonly buildRepositoryUrl: string;

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
      mode: "STANDARD_REPOSITORY",
      // The builder pushes a tag again when a build is forced or repeated, which an immutable tag would refuse.
      dockerConfig: { immutableTags: false },
    });
    this.buildRepositoryUrl = `${region}-docker.pkg.dev/${project}/${buildRepositoryId}`;
    this.remoteRepositories = Object.fromEntries(
      Object.entries(upstreams).map(([repositoryId, host]) => [
        repositoryId,
        this.repository(repositoryId, {
          repositoryId,
          description: `Images of ${host}`,
          mode: "REMOTE_REPOSITORY",
          remoteRepositoryConfig: {
            description: host,
            dockerRepository: { customRepository: { uri: `https://${host}` } },
          },
        }),
      ]),
    );
  }

  private repository(id: string, config: Omit<ArtifactRegistryRepositoryConfig, "format">): string {
    const { region: location, keyId, reader } = this.props;
    const repository = new ArtifactRegistryRepository(this, id, {
      ...config,
      location,
      format: "DOCKER",
      kmsKeyName: keyId,
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        {
          id: "untagged",
          action: "DELETE",
          condition: { tagState: "UNTAGGED", olderThan: `${UNTAGGED_DAYS * SECONDS_A_DAY}s` },
        },
      ],
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
    });
    new ArtifactRegistryRepositoryIamMember(this, `${id}-reader`, {
      location,
      repository: repository.repositoryId,
      role: "roles/artifactregistry.reader",
      member: reader,
    });
    return repository.repositoryId;
  }
}
