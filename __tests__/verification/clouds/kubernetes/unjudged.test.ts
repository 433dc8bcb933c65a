import { readFileSync } from "node:fs";
import { join } from "node:path";

import { kubernetesPart } from "../../../../verification/clouds/kubernetes/index";
import { HARMLESS } from "../../../../verification/clouds/kubernetes/harmless-kinds";
import { MODELLED, UNJUDGED } from "../../../../verification/clouds/kubernetes/kinds";
import { kindClass } from "../../../../verification/clouds/kubernetes/unjudged";
import type { Value } from "../../../../verification/model";
import { manifests } from "../../../support/manifests";
import { plainResource } from "../../../support/plain-resource";

const reasons = (apiVersion: string, kind: string, spec = "{}") =>
  kubernetesPart(
    manifests(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: x, namespace: union}, spec: ${spec}}`),
  ).unjudged.map(({ reason }) => reason);

const DEPLOYS = "it deploys objects that are not in the input";

const KINDS: readonly [apiVersion: string, kind: string, reason?: string][] = [
  ["v1", "ConfigMap"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["networking.k8s.io/v1", "IngressClass"],
  ["gateway.networking.k8s.io/v1", "GatewayClass"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"],
  ["admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy"],
  ["cert-manager.io/v1", "Certificate"],
  ["external-secrets.io/v1beta1", "ExternalSecret"],
  ["monitoring.coreos.com/v1", "ServiceMonitor"],
  ["keda.sh/v1alpha1", "ScaledObject"],
  ["autoscaling.k8s.io/v1", "VerticalPodAutoscaler"],
  ["argoproj.io/v1alpha1", "AppProject"],
  ["blueprints.cloud.google.com/v1alpha1", "BlueprintMetadata"],
  ["blueprints.cloud.google.com/v1alpha1", "BlueprintTest"],
  ["blueprints.cloud.google.com/v1alpha1", "Other", "Other of blueprints.cloud.google.com is not modelled"],
  ["backstage.io/v1alpha1", "Component"],
  ["elbv2.k8s.aws/v1beta1", "IngressClassParams"],
  ["elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "TargetGroupBinding of elbv2.k8s.aws is not modelled"],
  ["gateway.k8s.aws/v1", "LoadBalancerConfiguration"],
  ["gateway.k8s.aws/v1", "TargetGroupConfiguration"],
  ["networking.istio.io/v1", "DestinationRule"],
  ["networking.istio.io/v1", "ServiceEntry"],
  ["security.istio.io/v1", "PeerAuthentication"],
  ["certmanager.k8s.io/v1alpha1", "ClusterIssuer"],
  ["trainer.kubeflow.org/v1alpha1", "ClusterTrainingRuntime"],
  ["trainer.kubeflow.org/v1alpha1", "TrainJob", "TrainJob of trainer.kubeflow.org is not modelled"],
  ["networking.istio.io/v1alpha3", "EnvoyFilter", "EnvoyFilter of networking.istio.io is not modelled"],
  ["operators.coreos.com/v1", "OperatorGroup"],
  ["v1", "Newest", "Newest of the core group is not modelled"],
  ["networking.k8s.io/v2", "SomethingNew", "SomethingNew of networking.k8s.io is not modelled"],
  ["gateway.networking.k8s.io/v1", "SomethingNew", "SomethingNew of gateway.networking.k8s.io is not modelled"],
  ["example.com/v1", "Widget", "Widget of example.com is not modelled"],
  ["cilium.io/v2", "CiliumNetworkPolicy", "CiliumNetworkPolicy of cilium.io is not modelled"],
  ["projectcalico.org/v3", "NetworkPolicy", "NetworkPolicy of projectcalico.org is not modelled"],
  [
    "policy.networking.k8s.io/v1alpha1",
    "AdminNetworkPolicy",
    "AdminNetworkPolicy of policy.networking.k8s.io is not modelled",
  ],
  ["security.istio.io/v1", "AuthorizationPolicy"],
  ["networking.gke.io/v1", "ServiceAttachment", "ServiceAttachment of networking.gke.io is not modelled"],
  ["argoproj.io/v1alpha1", "Application", DEPLOYS],
  ["argoproj.io/v1alpha1", "ApplicationSet", DEPLOYS],
  ["kustomize.toolkit.fluxcd.io/v1", "Kustomization", DEPLOYS],
  ["helm.toolkit.fluxcd.io/v2", "HelmRelease", DEPLOYS],
  ["source.toolkit.fluxcd.io/v1", "GitRepository"],
  ["source.toolkit.fluxcd.io/v1", "OCIRepository"],
  ["application-networking.k8s.aws/v1alpha1", "IAMAuthPolicy"],
  [
    "application-networking.k8s.aws/v1alpha1",
    "ServiceExport",
    "ServiceExport of application-networking.k8s.aws is not modelled",
  ],
  ["gkebackup.gke.io/v1", "ProtectedApplication"],
  ["metallb.io/v1beta1", "IPAddressPool"],
  ["cilium.io/v2", "CiliumLoadBalancerIPPool"],
  ["networking.istio.io/v1", "Sidecar"],
  ["source.toolkit.fluxcd.io/v1", "HelmRepository"],
  ["operators.coreos.com/v1alpha1", "Subscription", "the operator that it installs is not in the input"],
  ["ray.io/v1", "RayCluster"],
  ["ray.io/v1", "RayCronJob", "the pods and services that its operator makes are not modelled"],
  ["sparkoperator.k8s.io/v1beta2", "SparkApplication"],
  ["sparkoperator.k8s.io/v1alpha1", "SparkConnect", "the pods and services that its operator makes are not modelled"],
  ["logstash.k8s.elastic.co/v1alpha1", "Logstash"],
  ["k8s.nginx.org/v1", "VirtualServer"],
  ["k8s.nginx.org/v1", "VirtualServerRoute"],
  ["rds.services.k8s.aws/v1alpha1", "DBInstance", "it makes a resource of AWS that is not modelled"],
  ["sql.cnrm.cloud.google.com/v1beta1", "SQLInstance", "it makes a resource of Google Cloud that is not modelled"],
  ["network.azure.com/v1api20201101", "NetworkSecurityGroup", "it makes a resource of Azure that is not modelled"],
  ["ec2.aws.upbound.io/v1beta1", "Instance", "it makes a resource of a cloud that is not modelled"],
];

test.each(KINDS.map(([apiVersion, kind, ...expected]) => [apiVersion, kind, expected] as const))(
  "%s %s: %j",
  (apiVersion, kind, expected) => {
    expect(reasons(apiVersion, kind)).toEqual(expected);
  },
);

test.each<[apiVersion: string, kind: string, field: string, spec: string]>([
  ["kyverno.io/v1", "ClusterPolicy", "generate", "{rules: [{generate: {kind: NetworkPolicy}}]}"],
  ["monitoring.coreos.com/v1", "Prometheus", "hostNetwork", "{hostNetwork: true}"],
  ["argoproj.io/v1alpha1", "Workflow", "hostPort", "{templates: [{container: {ports: [{hostPort: 80}]}}]}"],
  ["ray.io/v1", "RayCluster", "hostNetwork", "{headGroupSpec: {template: {spec: {hostNetwork: true}}}}"],
  ["ray.io/v1", "RayCluster", "serviceType", "{headGroupSpec: {serviceType: LoadBalancer}}"],
  ["ray.io/v1", "RayService", "serveService", "{serveService: {spec: {type: LoadBalancer}}}"],
  ["ray.io/v1", "RayCluster", "enableIngress", "{headGroupSpec: {enableIngress: true}}"],
  ["sparkoperator.k8s.io/v1beta2", "SparkApplication", "hostNetwork", "{driver: {hostNetwork: true}}"],
  ["sparkoperator.k8s.io/v1beta2", "SparkApplication", "sparkUIOptions", "{sparkUIOptions: {serviceType: NodePort}}"],
  [
    "sparkoperator.k8s.io/v1beta2",
    "SparkApplication",
    "driverIngressOptions",
    "{driverIngressOptions: [{servicePort: 8081}]}",
  ],
  ["kubeflow.org/v1", "PyTorchJob", "hostPort", "{pytorchReplicaSpecs: {a: {ports: [{hostPort: 80}]}}}"],
  ["leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "hostNetwork", "{workerTemplate: {spec: {hostNetwork: true}}}"],
  ["jobset.x-k8s.io/v1alpha2", "JobSet", "hostNetwork", "{replicatedJobs: [{spec: {hostNetwork: true}}]}"],
  ["argoproj.io/v1alpha1", "Experiment", "hostPort", "{templates: [{spec: {ports: [{hostPort: 80}]}}]}"],
  ["argoproj.io/v1alpha1", "AnalysisRun", "hostNetwork", "{metrics: [{job: {spec: {hostNetwork: true}}}]}"],
  ["cloud.google.com/v1", "ComputeClass", "ipType", "{nodePoolConfig: {ipType: public}}"],
  ["grafana.integreatly.org/v1beta1", "Grafana", "ingress", "{ingress: {spec: {ingressClassName: nginx}}}"],
  ["grafana.integreatly.org/v1beta1", "Grafana", "httpRoute", "{httpRoute: {spec: {}}}"],
  [
    "platform.confluent.io/v1beta1",
    "Kafka",
    "externalAccess",
    "{listeners: {external: {externalAccess: {type: loadBalancer}}}}",
  ],
  ["app.redislabs.com/v1", "RedisEnterpriseCluster", "uiServiceType", "{uiServiceType: LoadBalancer}"],
  [
    "app.redislabs.com/v1",
    "RedisEnterpriseCluster",
    "servicesRiggerSpec",
    "{servicesRiggerSpec: {databaseServiceType: load_balancer}}",
  ],
  ["databases.spotahome.com/v1", "RedisFailover", "hostNetwork", "{redis: {hostNetwork: true}}"],
  ["litmuschaos.io/v1alpha1", "ChaosEngine", "hostNetwork", "{experiments: [{spec: {hostNetwork: true}}]}"],
  ["apm.k8s.elastic.co/v1", "ApmServer", "service", "{http: {service: {spec: {type: LoadBalancer}}}}"],
  ["logstash.k8s.elastic.co/v1alpha1", "Logstash", "services", "{services: [{spec: {type: LoadBalancer}}]}"],
  ["ceph.rook.io/v1", "CephCluster", "network", "{network: {provider: host}}"],
  ["ceph.rook.io/v1", "CephObjectStore", "hostNetwork", "{gateway: {hostNetwork: true}}"],
  [
    "postgresql.cnpg.io/v1",
    "Cluster",
    "serviceTemplate",
    "{managed: {services: {additional: [{serviceTemplate: {spec: {type: LoadBalancer}}}]}}}",
  ],
])("%s %s where it holds %s", (apiVersion, kind, field, spec) => {
  expect(reasons(apiVersion, kind, spec)).toEqual([`what it has as '${field}' is not modelled`]);
  expect(reasons(apiVersion, kind)).toEqual([]);
});

test.each<[apiVersion: string, kind: string, spec: string, expected: string[]]>([
  [
    "kibana.k8s.elastic.co/v1",
    "Kibana",
    "{http: {service: {metadata: {labels: {a: b}}, spec: {type: ClusterIP}}}}",
    [],
  ],
  ["kibana.k8s.elastic.co/v1", "Kibana", "{http: {service: {spec: {ports: [{port: 443}]}}}}", []],
  ["kibana.k8s.elastic.co/v1", "Kibana", "{http: {service: {spec: {type: NodePort}}}}", ["service"]],
  ["kibana.k8s.elastic.co/v1", "Kibana", "{http: {service: {spec: {externalIPs: [192.0.2.1]}}}}", ["service"]],
  ["kibana.k8s.elastic.co/v1", "Kibana", "{http: {service: {spec: {ports: [{nodePort: 30000}]}}}}", ["service"]],
  ["ray.io/v1", "RayCluster", "{headGroupSpec: {serviceType: ClusterIP}}", []],
  ["ray.io/v1", "RayCluster", "{headGroupSpec: {serviceType: NodePort}}", ["serviceType"]],
  ["logstash.k8s.elastic.co/v1alpha1", "Logstash", "{services: [{service: {spec: {type: ClusterIP}}}, {}]}", []],
])("%s %s whose services are %s", (apiVersion, kind, spec, expected) => {
  expect(reasons(apiVersion, kind, spec)).toEqual(expected.map((field) => `what it has as '${field}' is not modelled`));
});

test("a CustomResourceDefinition does not make its kind harmless", () => {
  const definition =
    "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.example.com}}";
  const widget = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}}";
  expect(kubernetesPart(manifests(`${definition}\n---\n${widget}`)).unjudged).toHaveLength(1);
});

/** Every kind that Kubernetes 1.35 registers, by k8s.io/api 0.35, kube-aggregator and apiextensions-apiserver. */
const BUILT_IN: Readonly<Record<string, string>> = {
  "": "Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodStatusResult PodTemplate RangeAllocation ReplicationController ResourceQuota Secret SerializedReference Service ServiceAccount",
  "admission.k8s.io": "AdmissionReview",
  "admissionregistration.k8s.io":
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
  "apidiscovery.k8s.io": "APIGroupDiscovery",
  "apiextensions.k8s.io": "ConversionReview CustomResourceDefinition",
  "apiregistration.k8s.io": "APIService",
  apps: "ControllerRevision DaemonSet Deployment DeploymentRollback ReplicaSet Scale StatefulSet",
  "authentication.k8s.io": "SelfSubjectReview TokenRequest TokenReview",
  "authorization.k8s.io": "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  autoscaling: "HorizontalPodAutoscaler Scale",
  batch: "CronJob Job",
  "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest",
  "coordination.k8s.io": "Lease LeaseCandidate",
  "discovery.k8s.io": "EndpointSlice",
  "events.k8s.io": "Event",
  extensions: "DaemonSet Deployment DeploymentRollback Ingress NetworkPolicy ReplicaSet Scale",
  "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
  "imagepolicy.k8s.io": "ImageReview",
  "internal.apiserver.k8s.io": "StorageVersion",
  "networking.k8s.io": "IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR",
  "node.k8s.io": "RuntimeClass",
  policy: "Eviction PodDisruptionBudget",
  "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding Role RoleBinding",
  "resource.k8s.io": "DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice",
  "scheduling.k8s.io": "PriorityClass Workload",
  "storage.k8s.io": "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass",
  "storagemigration.k8s.io": "StorageVersionMigration",
};

const kindsOf = (rows: Readonly<Record<string, string>>) =>
  Object.entries(rows).flatMap(([group, kinds]) => kinds.split(" ").map((kind) => [group, kind] as const));

test("every kind that Kubernetes itself has is classified", () => {
  const unclassified = kindsOf(BUILT_IN).filter(([group, kind]) => {
    const found = kindClass(group, kind);
    return found.is === "unjudged" && found.why === undefined;
  });
  expect(unclassified).toEqual([]);
});

test("a kind is in one row, and no row lacks a reason", () => {
  const rows = [...HARMLESS, ...UNJUDGED];
  const named = [
    ...kindsOf(MODELLED),
    ...rows.flatMap(({ group, kinds }) => kinds.split(" ").map((kind) => [group, kind] as const)),
  ].map(([group, kind]) => `${kind} of ${group}`);
  expect(named.filter((one, i) => named.indexOf(one) !== i)).toEqual([]);
  expect(rows.filter(({ why }) => why === "")).toEqual([]);
});

test("kinds that are modelled stand in the files that model them", () => {
  const folder = join(__dirname, "../../../../verification/clouds/kubernetes");
  const files = [
    "../aws/cluster-balancers",
    "admission",
    "ingresses",
    "network-policy",
    "routers",
    "selectors",
    "services",
    "workloads",
  ];
  const sources = files.map((name) => readFileSync(join(folder, `${name}.ts`), "utf8")).join("\n");
  const missing = kindsOf(MODELLED).filter(([, kind]) => !new RegExp(`"${kind}"|\\b${kind}: `).test(sources));
  expect(missing).toEqual([]);
});

const TYPES: readonly [type: string, mode: "managed" | "data", reason?: string][] = [
  ["kubernetes_network_policy_v1", "managed", "the Kubernetes objects that it writes are not known"],
  ["kubernetes_daemonset", "managed", "the Kubernetes objects that it writes are not known"],
  ["kubernetes_labels", "managed", "the Kubernetes objects that it writes are not known"],
  ["kubernetes_manifest", "managed", "the Kubernetes objects that it writes are not known"],
  ["kubernetes_newest", "managed", "kubernetes_newest is not known (known: the types of hashicorp/kubernetes 2.38.0)"],
  ["kubernetes_horizontal_pod_autoscaler_v2", "managed"],
  ["kubernetes_service_account_v1", "managed"],
  ["kubernetes_config_map_v1_data", "managed"],
  ["kubernetes_endpoints_v1", "managed"],
  ["kubernetes_namespace_v1", "managed"],
  ["kubernetes_service_v1", "data"],
  ["aws_vpc", "managed"],
];

test.each(TYPES.map(([type, mode, ...expected]) => [type, mode, expected] as const))(
  "%s (%s) that was not converted: %j",
  (type, mode, expected) => {
    const found = kubernetesPart([plainResource(type, {}, mode)]).unjudged.map(({ reason }) => reason);
    expect(found).toEqual(expected);
  },
);

test.each<[type: string, kind: string, apiVersion: Value, count: number]>([
  ["kubernetes_annotations", "ServiceAccount", "v1", 0],
  ["kubernetes_labels", "ServiceAccount", "v1", 0],
  ["kubernetes_annotations", "Service", "v1", 1],
  ["kubernetes_labels", "Namespace", "v1", 1],
  ["kubernetes_annotations", "IngressClass", "networking.k8s.io/v1", 1],
  ["kubernetes_annotations", "ServiceAccount", { kind: "unknown", reason: "x", mentions: [] }, 1],
  ["kubernetes_manifest", "ServiceAccount", "v1", 1],
])("%s of a %s of %j", (type, kind, api_version, count) => {
  expect(kubernetesPart([plainResource(type, { api_version, kind })]).unjudged).toHaveLength(count);
});
