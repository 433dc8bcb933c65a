import { createHash } from "node:crypto";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { stringify } from "yaml";
import { Construct, DefaultTokenResolver, StringConcat, Tokenization } from "../../framework";
import type { DataPlane } from "../data-plane";
import type { Labels } from "./labels";
import type { Namespace } from "./namespaces";

/** Folder where the keys of the secret `union-secret-auth` are mounted. */
export const SECRET_FOLDER = "/etc/union/secret";

export interface ConfigurationProps {
  readonly namespace: Namespace;
  /** Name of the ConfigMap. */
  readonly name: string;
  /** What Union's binary reads: its sections by name. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** Further keys of the ConfigMap, for whoever else reads it; default: none. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** The configuration of one of Union's components: a ConfigMap with `config.yaml`. */
export class Configuration extends Construct {
  readonly name: string;
  readonly checksum: Labels;

  constructor(scope: Construct, id: string, { namespace, name, sections, settings }: ConfigurationProps) {
    super(scope, id);
    const text = stringify(sections, { lineWidth: 0, aliasDuplicateObjects: false });
    this.name = name;
    this.checksum = checksumOf(this, text);
    new ConfigMapV1(this, "config-map", { ...namespace.object(name), data: { "config.yaml": text, ...settings } });
  }
}

const RESOLVER = new DefaultTokenResolver(new StringConcat());

/**
 * Annotation that restarts pods when their configuration changes: they read it once.
 *
 * What it takes from the cloud counts as it is written in Terraform: the framework's own tokens are numbered over all
 * stacks, so that another deployment would change it.
 */
export function checksumOf(scope: Construct, text: string): Labels {
  const written = Tokenization.resolve(text, { scope, resolver: RESOLVER, preparing: false }) as string;
  return { "union.ai/config-checksum": createHash("sha256").update(written).digest("hex") };
}

/** Who the data plane is to the control plane. */
export interface Client {
  /** Host name of the control plane. */
  readonly controlPlaneHost: string;
  /** The organization's name at Union: the deployment's field `organization`. */
  readonly organization: string;
  /** OAuth client id of the data plane. */
  readonly clientId: string;
}

/** Address of the control plane, as gRPC names it. */
export const endpointOf = ({ controlPlaneHost }: Client) => `dns:///${controlPlaneHost}`;

/** How a TLS connection to the control plane is made: verified, always. */
const VERIFIED = { insecure: false, insecureSkipVerify: false };

/** The client id, and the file of the secret: the only place where a component finds it. */
const credentials = ({ clientId }: Client) => ({
  clientId,
  clientSecretLocation: `${SECRET_FOLDER}/client_secret`,
});

/** Sections by which each component reaches the control plane and is known there. Document: "Direct gRPC connection". */
export const controlPlane = (client: Client) => ({
  union: {
    connection: { host: endpointOf(client), ...VERIFIED },
    auth: {
      enable: true,
      type: "ClientSecret",
      ...credentials(client),
      authorizationMetadataKey: "flyte-authorization",
      tokenRefreshWindow: "5m",
    },
  },
  authorizer: {
    type: "Authorizer",
    authorizerClient: {
      credentials: "ServiceCredentials",
      grpcConfig: { host: endpointOf(client), ...VERIFIED },
    },
  },
});

/** The control plane's administration service, for what tasks and their cache are recorded in. */
export const administration = (client: Client) => ({
  admin: { endpoint: endpointOf(client), ...VERIFIED, ...credentials(client) },
});

/** The metadata bucket. Nothing of it is kept in memory, and one message is at most 1 GiB. */
export const storage = ({ objectStore }: DataPlane) => ({
  storage: {
    container: objectStore.metadataBucket,
    "enable-multicontainer": true,
    ...objectStore.driver,
    limits: { maxDownloadMBs: 1024 },
    cache: { max_size_mbs: 0, target_gc_percent: 70 },
  },
});

/** Logs as JSON, at level `info`. */
export const LOGGING = { logger: { level: 4, formatter: { type: "json" }, "show-source": true } };
