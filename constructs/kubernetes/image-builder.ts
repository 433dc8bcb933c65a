import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { stringify } from "yaml";
import { BUILDKIT, BUILDKIT_PORT } from "../../config/components";
import { CHARTS_REFERENCE, TASK_CONFIGURATION } from "../../config/image-builder";
import { IMAGE_BUILDER_NAMESPACE, IMAGE_BUILDER_SERVICE_ACCOUNT } from "../../config/names";
import type { Placement } from "../../config/scheduling";
import { Construct } from "../../framework";
import type { DataPlane } from "../data-plane";
import { checksumOf, storage } from "./configuration";
import { nameLabel, platformLabels, type PodSelectors, type Selector } from "./labels";
import { Namespace } from "./namespaces";
import { NetworkPolicy, pathsOut, tcp } from "./network-policies";
import { NOT_MOVED } from "./platform-deployment";
import { ServiceAccount } from "./service-accounts";

const FOLDERS = { configuration: "/etc/buildkit", state: "/var/lib/buildkit", scratch: "/tmp" };
const SOCKET = "unix:///run/buildkit/buildkitd.sock";

/** What building takes, by Union's documentation. */
const REQUESTS = { cpu: "4", memory: "4Gi", "ephemeral-storage": "50Gi" };
/** Most that the builder's cache may hold; the rest of its disk is for the images in work. */
const CACHE = { most: "40GB", kept: "10GB" };

/** Repository of built images, and how a task logs in there. */
export interface BuildRepository {
  /** What references of built images begin with. */
  readonly repository: string;
  /** Whose identity a task's login is of: a cloud's. */
  readonly authentication: DataPlane["cloud"];
}

/** Keys by which a task finds the builder and the registry. */
const settingsOf = ({ repository, authentication }: BuildRepository) => ({
  "buildkit-uri": `tcp://${BUILDKIT}.${IMAGE_BUILDER_NAMESPACE}.svc.cluster.local:${BUILDKIT_PORT}`,
  "default-repository": repository,
  "authentication-type": authentication,
});

const storageFile = (dataPlane: DataPlane) => ({
  "storage.yaml": stringify(storage(dataPlane), { lineWidth: 0, aliasDuplicateObjects: false }),
});

/** The keys of the ConfigMap by which the operator tells tasks of the builder. */
export const operatorsSettings = (dataPlane: DataPlane, builds: BuildRepository): Readonly<Record<string, string>> => ({
  ...storageFile(dataPlane),
  ...Object.fromEntries(Object.entries(settingsOf(builds)).map(([key, value]) => [`image-builder.${key}`, value])),
});

/** What builds tasks' images, and where they are pushed. */
export interface ImageBuilderProps extends BuildRepository {
  /** Where object store, registry and DNS are: all that the builder may reach. */
  readonly dataPlane: DataPlane;
  /** Reference of BuildKit's image, by digest. */
  readonly image: string;
  /** Nodes that it runs on: a privileged pod is no neighbour of the platform's. */
  readonly placement: Placement;
  /** Where images of public registries are, by the registry's host. */
  readonly mirrors: Readonly<Record<string, string>>;
  /** Namespaces where task pods run, and how they are known there. */
  readonly tasks: readonly Namespace[];
  /** Pods that may call the builder. */
  readonly taskPods: PodSelectors["tasks"];
  /**
   * The platform's namespace, where tasks run in it: the operator writes there nothing of the builder. Default: no task
   * runs in it.
   */
  readonly platform?: Namespace | undefined;
  /**
   * Namespace of an operator that is not written here, which reads of the builder there. Default: the operator is this
   * package's.
   */
  readonly operator?: Namespace | undefined;
}

/**
 * BuildKit, which builds task images inside of the data plane. Document: "Cloudflare Tunnel" (container
 * images come from the customer's own registry).
 *
 * It is root of a user namespace of its own and nobody on the node (`hostUsers: false`), by BuildKit's own example: the
 * least that runs on EKS, GKE and AKS alike. Its rootless mode needs settings of the node that AKS does not offer and
 * no less of Pod Security, whose levels below `privileged` forbid what either asks for.
 *
 * A task opens the connection and brings its own identity's login: the builder itself may pull and push nothing. Inside
 * of the cluster that connection is plain TCP, which Union's client is told by an address alone; the network policies
 * admit the task pods and nobody else.
 */
export class ImageBuilder extends Construct {
  /** @throws RangeError if `dataPlane` has no block of a part that a path leads to */
  constructor(scope: Construct, id: string, props: ImageBuilderProps) {
    super(scope, id);
    const { dataPlane, tasks, taskPods, platform, operator } = props;
    const namespace = new Namespace(this, "namespace", {
      name: IMAGE_BUILDER_NAMESPACE,
      description:
        "BuildKit is root of a user namespace, which every level below 'privileged' forbids; nothing else is here.",
      podSecurity: "privileged",
      quota: { cpu: REQUESTS.cpu, memory: REQUESTS.memory },
    });
    this.addDeployment(namespace, props);
    new ServiceV1(this, "service", {
      ...namespace.object(BUILDKIT),
      spec: {
        type: "ClusterIP",
        selector: { ...nameLabel(BUILDKIT) },
        port: [{ name: "tcp", port: BUILDKIT_PORT, targetPort: "tcp" }],
      },
    });
    if (platform) {
      new ConfigMapV1(this, "task-configuration", {
        ...platform.object(TASK_CONFIGURATION),
        data: { ...storageFile(dataPlane), ...settingsOf(props) },
      });
    }
    if (operator) {
      new ConfigMapV1(this, "operator-configuration", {
        ...operator.object(CHARTS_REFERENCE),
        data: { ...operatorsSettings(dataPlane, props) },
      });
    }
    const pods: Selector = { labels: nameLabel(BUILDKIT) };
    const ports = tcp(BUILDKIT_PORT);
    const { dns, cloudServicesAndObjectStore } = pathsOut(dataPlane);
    new NetworkPolicy(this, "paths", {
      namespace,
      name: BUILDKIT,
      description: "The registry, among the cloud's services, and names; called by task pods only.",
      pods,
      egress: [dns, ...cloudServicesAndObjectStore],
      ingress: [{ peers: tasks.map(({ name }) => ({ pods: taskPods, namespace: name })), ports }],
    });
    for (const tasksNamespace of tasks) {
      new NetworkPolicy(this, `tasks-in-${tasksNamespace.name}`, {
        namespace: tasksNamespace,
        name: "tasks-to-image-builder",
        description: "Tasks that build an image.",
        pods: taskPods,
        egress: [{ peers: [{ pods, namespace: namespace.name }], ports }],
      });
    }
  }

  /**
   * The provider's own type of Deployment knows no user namespaces. An apply does not wait for the pod, for which a node
   * may have to be made first.
   */
  private addDeployment(namespace: Namespace, { image, mirrors, placement }: ImageBuilderProps): void {
    const account = new ServiceAccount(this, "account", { namespace, name: IMAGE_BUILDER_SERVICE_ACCOUNT });
    const configuration = buildkitd(mirrors);
    new ConfigMapV1(this, "configuration", {
      ...namespace.object(BUILDKIT),
      data: { "buildkitd.toml": configuration },
    });
    const { metadata, dependsOn } = namespace.object(BUILDKIT, { labels: platformLabels(BUILDKIT) });
    const alive = {
      exec: { command: ["buildctl", "debug", "workers"] },
      initialDelaySeconds: 5,
      periodSeconds: 30,
      timeoutSeconds: 10,
    };
    new Manifest(this, "deployment", {
      dependsOn,
      manifest: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels: { ...nameLabel(BUILDKIT) } },
          // Its disk does not hold two.
          strategy: { type: "Recreate" },
          template: {
            metadata: {
              labels: platformLabels(BUILDKIT),
              annotations: {
                ...checksumOf(this, configuration),
                ...NOT_MOVED,
              },
            },
            spec: {
              hostUsers: false,
              serviceAccountName: account.name,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              ...placement,
              containers: [
                {
                  name: "buildkit",
                  image,
                  imagePullPolicy: "IfNotPresent",
                  terminationMessagePolicy: "FallbackToLogsOnError",
                  args: [
                    ...["--config", `${FOLDERS.configuration}/buildkitd.toml`],
                    ...["--addr", SOCKET, "--addr", `tcp://0.0.0.0:${BUILDKIT_PORT}`],
                  ],
                  ports: [{ name: "tcp", containerPort: BUILDKIT_PORT, protocol: "TCP" }],
                  readinessProbe: alive,
                  livenessProbe: { ...alive, failureThreshold: 6 },
                  resources: { requests: REQUESTS },
                  securityContext: { privileged: true, runAsNonRoot: false },
                  volumeMounts: [
                    { name: "configuration", mountPath: FOLDERS.configuration, readOnly: true },
                    { name: "state", mountPath: FOLDERS.state },
                    { name: "scratch", mountPath: FOLDERS.scratch },
                  ],
                },
              ],
              volumes: [
                { name: "configuration", configMap: { name: BUILDKIT } },
                { name: "state", emptyDir: { sizeLimit: REQUESTS["ephemeral-storage"] } },
                { name: "scratch", emptyDir: { sizeLimit: "1Gi" } },
              ],
            },
          },
        },
      },
    });
  }
}

/** BuildKit's configuration. Text in quotes is written alike in TOML and in JSON. */
function buildkitd(mirrors: Readonly<Record<string, string>>): string {
  return [
    "[worker.oci]",
    "enabled = true",
    "gc = true",
    `maxUsedSpace = ${JSON.stringify(CACHE.most)}`,
    `reservedSpace = ${JSON.stringify(CACHE.kept)}`,
    "",
    "[worker.containerd]",
    "enabled = false",
    ...Object.entries(mirrors).flatMap(([host, mirror]) => [
      "",
      `[registry.${JSON.stringify(host)}]`,
      `mirrors = [${JSON.stringify(mirror)}]`,
    ]),
    "",
  ].join("\n");
}
