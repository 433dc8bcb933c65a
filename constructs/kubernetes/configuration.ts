import { createHash } from "node:crypto";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { stringify } from "yaml";
import { Construct } from "../../framework";
import type { DataPlane } from "../data-plane";
import { APPS_ORIGIN } from "./apps-gateway";
import type { Namespace } from "./namespaces";

/** Folder where the files of {@link Configuration} are mounted. */
export const CONFIG_FOLDER = "/etc/union/config";
/** Folder where the keys of the secret `union-secret-auth` are mounted. */
export const SECRET_FOLDER = "/etc/union/secret";

export interface ConfigurationProps {
  readonly namespace: Namespace;
  readonly dataPlane: DataPlane;
  /** Host name of the control plane. */
  readonly controlPlaneHost: string;
  readonly organization: string;
  /** OAuth client id of the data plane. */
  readonly clientId: string;
  /** Keep to `namespace`, for roles that reach no other. */
  readonly singleNamespace: boolean;
  /** Send app requests that arrive through the tunnel to Kourier. */
  readonly appsAndServing: boolean;
}

/** The configuration that operator and operator-proxy share. */
export class Configuration extends Construct {
  /** Name of the ConfigMap. */
  readonly name = "union-operator";
  /** Changes whenever the configuration does, so that pods can restart on it. */
  readonly checksum: string;

  constructor(scope: Construct, id: string, props: ConfigurationProps) {
    super(scope, id);
    const text = stringify(contents(props), { lineWidth: 0 });
    this.checksum = createHash("sha256").update(text).digest("hex");
    new ConfigMapV1(this, "config-map", { ...props.namespace.object(this.name), data: { "config.yaml": text } });
  }
}

function contents(props: ConfigurationProps) {
  const { dataPlane, controlPlaneHost, organization, clientId, singleNamespace, appsAndServing } = props;
  const namespace = props.namespace.name;
  const { objectStore } = dataPlane;
  return {
    union: {
      connection: { host: `dns:///${controlPlaneHost}`, insecure: false, insecureSkipVerify: false },
      auth: {
        enable: true,
        type: "ClientSecret",
        clientId,
        clientSecretLocation: `${SECRET_FOLDER}/client_secret`,
        authorizationMetadataKey: "flyte-authorization",
        tokenRefreshWindow: "5m",
      },
    },
    sharedService: { port: 8081 },
    operator: {
      enabled: true,
      enableTunnelService: true,
      tunnel: {
        enableDirectToAppIngress: appsAndServing,
        deploymentToRestart: "union-operator-proxy",
        ...(appsAndServing && { appIngressOriginURL: APPS_ORIGIN }),
      },
      ...(singleNamespace && { limitNamespace: namespace, disableClusterPermissions: true }),
      clusterId: { organization, name: dataPlane.clusterName },
      clusterData: {
        appId: clientId,
        cloudHostName: controlPlaneHost,
        bucketName: objectStore.metadataBucket,
        bucketRegion: objectStore.region,
        ...dataPlane.clusterData,
      },
      dependenciesHeartbeat: {
        proxy: { endpoint: `http://union-operator-proxy.${namespace}.svc.cluster.local:10254` },
      },
    },
    proxy: { smConfig: dataPlane.secretManager, persistedLogs: dataPlane.persistedLogs },
    storage: { container: objectStore.metadataBucket, "enable-multicontainer": true, ...objectStore.driver },
    fastRegistrationStorage: { container: objectStore.fastRegistrationBucket, ...objectStore.driver },
  };
}
