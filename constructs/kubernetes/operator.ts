import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { OPERATOR } from "../../config/components";
import { Construct } from "../../framework";
import type { Labels } from "./labels";
import { nameLabel } from "./labels";
import { type Configuration, SECRET_FOLDER } from "./configuration";
import { AUTH_SECRET } from "./credentials";
import { unionEnvironment } from "./environment";
import type { Namespace } from "./namespaces";
import { OPERATOR_CONFIG_FOLDER } from "./operator-configuration";
import { type Container, PlatformDeployment, tcpProbe } from "./platform-deployment";
import type { ServiceAccount } from "./service-accounts";

/** The operator's configuration, image and identity. */
export interface OperatorProps {
  /** The platform's namespace, of which the operator reads and writes secrets. */
  readonly namespace: Namespace;
  /** Account with the platform's identity. */
  readonly serviceAccount: ServiceAccount;
  /** ConfigMap that it reads once, when it starts: a change restarts it. */
  readonly configuration: Configuration;
  /** Reference of Union's operator image. */
  readonly image: string;
  /** Labels that the identity's webhook asks of pods. */
  readonly podLabels: Labels;
  /** Whether its channel is severed, so that there is no pod of it. */
  readonly stopped: boolean;
}

/**
 * The operator: registers the data plane, polls for work and reports events over its own gRPC connection, and renews
 * the tunnel's token. Document: "Direct gRPC connection".
 */
export class Operator extends Construct {
  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { namespace, serviceAccount, configuration, image, podLabels, stopped } = props;
    const name = OPERATOR;
    new PlatformDeployment(this, "deployment", {
      namespace,
      name,
      serviceAccount,
      stopped,
      podLabels,
      podAnnotations: configuration.checksum,
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

export const platformVolumes = (configuration: Configuration) => [
  { name: "config", configMap: { name: configuration.name } },
  { name: "secret", secret: { secretName: AUTH_SECRET, defaultMode: "0440" } },
];

const PLATFORM_MOUNTS = [
  { name: "config", mountPath: OPERATOR_CONFIG_FOLDER, readOnly: true },
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
    args: ["operator", command, "--config", `${OPERATOR_CONFIG_FOLDER}/*.yaml`, ...args],
    env: unionEnvironment(namespace),
    port: Object.entries(ports).map(([port, containerPort]) => ({ name: port, containerPort })),
    readinessProbe: tcpProbe("debug"),
    livenessProbe: tcpProbe("debug"),
    ...(resources && { resources }),
    volumeMount: PLATFORM_MOUNTS,
  };
}
