import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { Construct } from "../../framework";
import type { Labels } from "./labels";
import { nameLabel } from "./labels";
import { CONFIG_FOLDER, type Configuration, SECRET_FOLDER } from "./configuration";
import { AUTH_SECRET, CLUSTER_NAME_SECRET } from "./credentials";
import type { Namespace } from "./namespaces";
import {
  type Container,
  type EnvironmentVariable,
  fromField,
  fromLimit,
  PlatformDeployment,
  tcpProbe,
} from "./platform-deployment";
import type { ServiceAccount } from "./service-accounts";

export interface OperatorProps {
  readonly namespace: Namespace;
  readonly serviceAccount: ServiceAccount;
  readonly configuration: Configuration;
  /** Reference of Union's operator image. */
  readonly image: string;
  /** Labels that the identity's webhook asks of pods. */
  readonly podLabels: Labels;
}

/**
 * The operator: registers the data plane, polls for work and reports events over its own gRPC connection, and renews
 * the tunnel's token. Document: "Direct gRPC connection".
 */
export class Operator extends Construct {
  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { namespace, serviceAccount, configuration, image, podLabels } = props;
    const name = "union-operator";
    new PlatformDeployment(this, "deployment", {
      namespace,
      name,
      serviceAccount,
      podLabels,
      podAnnotations: configurationChecksum(configuration),
      containers: [
        unionContainer(namespace, {
          name: "operator",
          image,
          command: "serve",
          args: ["--operator.clusterId.name", "$(CLUSTER_NAME)", "--operator.tunnel.k8sSecretName", AUTH_SECRET],
          ports: { grpc: 8080, http: 8089, debug: 10254 },
          resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "3Gi" } },
        }),
      ],
      volumes: platformVolumes(configuration),
    });
    new ServiceV1(this, "service", {
      ...namespace.object(name),
      spec: {
        type: "ClusterIP",
        selector: { ...nameLabel(name) },
        port: [{ name: "debug", port: 10254, targetPort: "debug" }],
      },
    });
  }
}

/** Restarts pods when the configuration changes: they read it once. */
export const configurationChecksum = ({ checksum }: Configuration): Labels => ({
  "union.ai/config-checksum": checksum,
});

export const platformVolumes = (configuration: Configuration) => [
  { name: "config", configMap: { name: configuration.name } },
  { name: "secret", secret: { secretName: AUTH_SECRET, defaultMode: "0440" } },
];

const PLATFORM_MOUNTS = [
  { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
  { name: "secret", mountPath: SECRET_FOLDER, readOnly: true },
];

interface UnionContainer extends Pick<Container, "name" | "image" | "resources"> {
  /** What Union's binary does: the first word behind its name. */
  readonly command: "serve" | "proxy";
  /** Further arguments. */
  readonly args?: readonly string[];
  /** Ports by name; `debug` is among them, and answers probes. */
  readonly ports: Readonly<Record<string, number>> & { readonly debug: number };
}

/** A container of Union's binary, on the configuration and the secret that {@link platformVolumes} bring. */
export function unionContainer(
  namespace: Namespace,
  { name, image, resources, command, args = [], ports }: UnionContainer,
): Container {
  return {
    name,
    ...(image !== undefined && { image }),
    args: ["operator", command, "--config", `${CONFIG_FOLDER}/*.yaml`, ...args],
    env: platformEnvironment(namespace),
    port: Object.entries(ports).map(([port, containerPort]) => ({ name: port, containerPort })),
    readinessProbe: tcpProbe("debug"),
    livenessProbe: tcpProbe("debug"),
    ...(resources && { resources }),
    volumeMount: PLATFORM_MOUNTS,
  };
}

function platformEnvironment(namespace: Namespace): EnvironmentVariable[] {
  return [
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromLimit("GOMEMLIMIT", "limits.memory"),
    fromLimit("GOMAXPROCS", "limits.cpu"),
    { name: "CLUSTER_NAME", valueFrom: { secretKeyRef: { name: CLUSTER_NAME_SECRET, key: "cluster_name" } } },
    { name: "DEPLOYMENT_NAME", value: "operator" },
    { name: "PROXY_SERVICE_URL", value: `http://union-operator-proxy.${namespace.name}.svc.cluster.local:8080` },
  ];
}
