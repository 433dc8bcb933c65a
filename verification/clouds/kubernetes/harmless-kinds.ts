/** Kinds of Kubernetes objects that open nothing, each for a reason. */
import type { KindRow } from "./kinds";
import { HOST_PORTS, OPERATED, SERVICE_TYPES } from "./operator-kinds";

const ADMISSION = "it decides which objects are admitted";
const ANNOUNCED = "it says how routers learn of addresses of services, which are judged by themselves";
const CATALOG = "it describes something in a catalogue, and is never applied";
const CHECKS = "it checks and reports";
export const CLASS = "it names who serves a kind, not what is served";
const CLUSTER_STATE = "it is the cluster's own record";
const CONFIGURATION = "it configures software that runs behind services of its own";
const DATA = "it holds data";
const IDENTITY = "it says who somebody is and what they may do, not what reaches what";
const MONITORING = "it says what is measured";
const QUESTION = "it is a question to the API, not kept by it";
const RESOURCES = "it is about computing resources";
const SCALING = "it changes how many pods there are";
const SECRETS = "it writes secrets";
const STORAGE = "it is about storage";
const WAY_IN_CLOSED = "it only narrows what a way in admits";

export const HARMLESS: readonly KindRow[] = [
  // ---------------------------------------------------------------- Kubernetes' own groups
  { group: "", kinds: "ConfigMap Secret", why: DATA },
  {
    group: "",
    kinds: "Binding ComponentStatus Event PodStatusResult RangeAllocation SerializedReference",
    why: CLUSTER_STATE,
  },
  { group: "", kinds: "Endpoints", why: "it says where a service leads; who may ask the service does not change" },
  { group: "", kinds: "LimitRange ResourceQuota", why: RESOURCES },
  { group: "", kinds: "PersistentVolume PersistentVolumeClaim", why: STORAGE },
  { group: "", kinds: "Node", why: CLUSTER_STATE },
  { group: "", kinds: "ServiceAccount", why: IDENTITY },
  { group: "", kinds: "PodTemplate", why: "nothing runs from it but what another workload names" },
  { group: "admission.k8s.io", kinds: "AdmissionReview", why: QUESTION },
  {
    group: "admissionregistration.k8s.io",
    kinds: "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
    why: ADMISSION,
  },
  { group: "apidiscovery.k8s.io", kinds: "APIGroupDiscovery", why: QUESTION },
  { group: "apiextensions.k8s.io", kinds: "ConversionReview", why: QUESTION },
  {
    group: "apiextensions.k8s.io",
    kinds: "CustomResourceDefinition",
    why: "it declares a kind; its objects are judged",
  },
  { group: "apiregistration.k8s.io", kinds: "APIService", why: "it is served through the cluster's API" },
  { group: "apps", kinds: "ControllerRevision", why: CLUSTER_STATE },
  { group: "apps", kinds: "DeploymentRollback Scale", why: SCALING },
  {
    group: "authentication.k8s.io",
    kinds: "SelfSubjectReview TokenRequest TokenReview",
    why: QUESTION,
  },
  {
    group: "authorization.k8s.io",
    kinds: "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    why: QUESTION,
  },
  { group: "autoscaling", kinds: "HorizontalPodAutoscaler Scale", why: SCALING },
  {
    group: "certificates.k8s.io",
    kinds: "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest",
    why: IDENTITY,
  },
  { group: "coordination.k8s.io", kinds: "Lease LeaseCandidate", why: CLUSTER_STATE },
  {
    group: "discovery.k8s.io",
    kinds: "EndpointSlice",
    why: "it says where a service leads; who may ask the service does not change",
  },
  { group: "events.k8s.io", kinds: "Event", why: CLUSTER_STATE },
  { group: "extensions", kinds: "DeploymentRollback Scale", why: SCALING },
  { group: "extensions", kinds: "PodSecurityPolicy", why: ADMISSION },
  {
    group: "flowcontrol.apiserver.k8s.io",
    kinds: "FlowSchema PriorityLevelConfiguration",
    why: "it orders requests to the API",
  },
  { group: "imagepolicy.k8s.io", kinds: "ImageReview", why: QUESTION },
  { group: "internal.apiserver.k8s.io", kinds: "StorageVersion", why: CLUSTER_STATE },
  { group: "metrics.k8s.io", kinds: "NodeMetrics PodMetrics", why: QUESTION },
  { group: "networking.k8s.io", kinds: "IPAddress ServiceCIDR", why: "it gives out ClusterIPs" },
  { group: "networking.k8s.io", kinds: "IngressClass", why: CLASS },
  { group: "node.k8s.io", kinds: "RuntimeClass", why: RESOURCES },
  { group: "policy", kinds: "Eviction PodDisruptionBudget", why: SCALING },
  { group: "policy", kinds: "PodSecurityPolicy", why: ADMISSION },
  { group: "rbac.authorization.k8s.io", kinds: "ClusterRole ClusterRoleBinding Role RoleBinding", why: IDENTITY },
  {
    group: "resource.k8s.io",
    kinds: "DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice",
    why: RESOURCES,
  },
  { group: "scheduling.k8s.io", kinds: "PriorityClass Workload", why: RESOURCES },
  {
    group: "storage.k8s.io",
    kinds: "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass",
    why: STORAGE,
  },
  { group: "storagemigration.k8s.io", kinds: "StorageVersionMigration", why: CLUSTER_STATE },
  {
    group: "gateway.networking.k8s.io",
    kinds: "BackendTLSPolicy ReferenceGrant",
    why: "it is of effect through a Gateway, which is judged",
  },
  { group: "gateway.networking.k8s.io", kinds: "GatewayClass", why: CLASS },

  // ---------------------------------------------------------------- certificates, secrets, identity
  { group: "cert-manager.io", kinds: "*", why: "it asks for certificates" },
  { group: "acme.cert-manager.io", kinds: "*", why: "it asks for certificates" },
  { group: "awspca.cert-manager.io", kinds: "*", why: "it asks for certificates" },
  { group: "certmanager.k8s.io", kinds: "*", why: "it asks for certificates" },
  { group: "trust.cert-manager.io", kinds: "*", why: DATA },
  { group: "networking.internal.knative.dev", kinds: "Certificate", why: "it asks for certificates" },
  { group: "networking.gke.io", kinds: "ManagedCertificate", why: "it asks for certificates" },
  { group: "external-secrets.io", kinds: "*", why: SECRETS },
  { group: "generators.external-secrets.io", kinds: "*", why: SECRETS },
  { group: "kubernetes-client.io", kinds: "ExternalSecret", why: SECRETS },
  { group: "secrets-store.csi.x-k8s.io", kinds: "*", why: SECRETS },
  { group: "secrets.hashicorp.com", kinds: "*", why: SECRETS },
  { group: "bitnami.com", kinds: "SealedSecret", why: SECRETS },
  { group: "isindir.github.com", kinds: "SopsSecret", why: SECRETS },
  { group: "onepassword.com", kinds: "OnePasswordItem", why: SECRETS },
  { group: "secrets.infisical.com", kinds: "*", why: SECRETS },
  { group: "secrets.doppler.com", kinds: "*", why: SECRETS },
  { group: "spv.no", kinds: "AzureKeyVaultSecret", why: SECRETS },
  { group: "reflector.v1.k8s.emberstack.com", kinds: "*", why: SECRETS },
  { group: "aadpodidentity.k8s.io", kinds: "*", why: IDENTITY },
  { group: "iam.services.k8s.aws", kinds: "*", why: IDENTITY },
  { group: "iam.cnrm.cloud.google.com", kinds: "*", why: IDENTITY },
  { group: "core.cnrm.cloud.google.com", kinds: "*", why: "it configures Config Connector itself" },
  {
    group: "*.upbound.io",
    kinds: "ClusterProviderConfig ProviderConfig ProviderConfigUsage StoreConfig",
    why: IDENTITY,
  },
  { group: "apiextensions.crossplane.io", kinds: "CompositeResourceDefinition", why: "it declares a kind" },
  { group: "spire.spiffe.io", kinds: "*", why: IDENTITY },

  // ---------------------------------------------------------------- policies and reports
  {
    group: "kyverno.io",
    kinds: "*",
    why: ADMISSION,
    unless: ["generate", "mutate"],
  },
  { group: "policies.kyverno.io", kinds: "ImageValidatingPolicy PolicyException ValidatingPolicy", why: ADMISSION },
  { group: "constraints.gatekeeper.sh", kinds: "*", why: ADMISSION },
  { group: "templates.gatekeeper.sh", kinds: "*", why: ADMISSION },
  { group: "config.gatekeeper.sh", kinds: "*", why: ADMISSION },
  { group: "status.gatekeeper.sh", kinds: "*", why: CHECKS },
  { group: "wgpolicyk8s.io", kinds: "*", why: CHECKS },
  { group: "aquasecurity.github.io", kinds: "*", why: CHECKS },
  { group: "policy.sigstore.dev", kinds: "*", why: ADMISSION },
  { group: "security.openshift.io", kinds: "SecurityContextConstraints", why: ADMISSION },

  // ---------------------------------------------------------------- monitoring
  {
    group: "monitoring.coreos.com",
    kinds: "AlertmanagerConfig PodMonitor Probe PrometheusRule ScrapeConfig ServiceMonitor",
    why: MONITORING,
  },
  { group: "monitoring.googleapis.com", kinds: "*", why: MONITORING },
  { group: "azmonitoring.coreos.com", kinds: "PodMonitor ServiceMonitor", why: MONITORING },
  {
    group: "operator.victoriametrics.com",
    kinds: "VMNodeScrape VMPodScrape VMProbe VMRule VMServiceScrape",
    why: MONITORING,
  },
  { group: "datadoghq.com", kinds: "DatadogDashboard DatadogMetric DatadogMonitor DatadogSLO", why: MONITORING },
  { group: "loki.grafana.com", kinds: "AlertingRule RecordingRule", why: MONITORING },
  {
    group: "grafana.integreatly.org",
    kinds: "GrafanaAlertRuleGroup GrafanaContactPoint GrafanaDashboard GrafanaDatasource GrafanaFolder",
    why: MONITORING,
  },
  { group: "opentelemetry.io", kinds: "Instrumentation", why: MONITORING },
  { group: "logging.banzaicloud.io", kinds: "ClusterFlow ClusterOutput Flow Output", why: MONITORING },
  { group: "fluentbit.fluent.io", kinds: "*", why: MONITORING, unless: SERVICE_TYPES },

  // ---------------------------------------------------------------- scaling, scheduling, storage
  { group: "keda.sh", kinds: "*", why: SCALING },
  { group: "eventing.keda.sh", kinds: "*", why: SCALING },
  { group: "autoscaling.k8s.io", kinds: "*", why: SCALING },
  { group: "autoscaling.gke.io", kinds: "*", why: SCALING },
  { group: "autoscaling.agones.dev", kinds: "FleetAutoscaler", why: SCALING },
  { group: "autoscaling.x-k8s.io", kinds: "*", why: SCALING },
  { group: "descheduler", kinds: "*", why: SCALING },
  {
    group: "karpenter.sh",
    kinds: "*",
    why: "the network of its nodes is its node class's",
    // Karpenter's first API had the network in the provisioner itself.
    unless: ["provider", "subnetSelector", "securityGroupSelector"],
  },
  // https://docs.cloud.google.com/kubernetes-engine/docs/reference/crds/computeclass
  { group: "cloud.google.com", kinds: "ComputeClass", why: RESOURCES, unless: ["ipType"] },
  { group: "caching.internal.knative.dev", kinds: "Image", why: "it asks that an image is pulled ahead" },
  {
    group: "trainer.kubeflow.org",
    kinds: "ClusterTrainingRuntime TrainingRuntime",
    why: "nothing runs from it but what a training job names",
  },
  { group: "kueue.x-k8s.io", kinds: "*", why: RESOURCES },
  { group: "scheduling.x-k8s.io", kinds: "*", why: RESOURCES },
  { group: "scheduling.sigs.k8s.io", kinds: "*", why: RESOURCES },
  { group: "scheduling.volcano.sh", kinds: "*", why: RESOURCES },
  { group: "topology.node.k8s.io", kinds: "*", why: RESOURCES },
  { group: "nfd.k8s-sigs.io", kinds: "NodeFeature NodeFeatureGroup NodeFeatureRule", why: RESOURCES },
  { group: "snapshot.storage.k8s.io", kinds: "*", why: STORAGE },
  { group: "groupsnapshot.storage.k8s.io", kinds: "*", why: STORAGE },
  { group: "cdi.kubevirt.io", kinds: "DataVolume", why: STORAGE },
  { group: "objectbucket.io", kinds: "*", why: STORAGE },
  { group: "objectstorage.k8s.io", kinds: "*", why: STORAGE },
  {
    group: "ceph.rook.io",
    kinds:
      "CephBlockPool CephBlockPoolRadosNamespace CephClient CephCOSIDriver CephFilesystem CephFilesystemSubVolumeGroup CephObjectStoreUser CephObjectRealm CephObjectZone CephObjectZoneGroup",
    why: STORAGE,
    unless: HOST_PORTS,
  },
  { group: "gkebackup.gke.io", kinds: "ProtectedApplication", why: STORAGE },
  {
    group: "velero.io",
    kinds: "BackupRepository BackupStorageLocation Backup Schedule VolumeSnapshotLocation",
    why: STORAGE,
  },

  // ---------------------------------------------------------------- deployers' settings, pipelines, workflows
  { group: "argoproj.io", kinds: "AppProject", why: "it bounds what Argo CD may deploy" },
  {
    group: "argoproj.io",
    kinds: "AnalysisRun AnalysisTemplate ClusterAnalysisTemplate",
    why: CHECKS,
    unless: HOST_PORTS,
  },
  { group: "argoproj.io", kinds: "WorkflowEventBinding", why: "it starts workflows, whose pods have no service" },
  {
    group: "argoproj.io",
    kinds: "ClusterWorkflowTemplate CronWorkflow Workflow WorkflowTemplate",
    why: "its pods have no service",
    unless: [...HOST_PORTS, "podSpecPatch", "resource"],
  },
  {
    group: "source.toolkit.fluxcd.io",
    kinds: "Bucket ExternalArtifact GitRepository HelmChart HelmRepository OCIRepository",
    why: "nothing is deployed by it alone",
  },
  { group: "source.extensions.fluxcd.io", kinds: "ArtifactGenerator", why: "nothing is deployed by it alone" },
  { group: "image.toolkit.fluxcd.io", kinds: "*", why: "it follows the tags of images" },
  { group: "notification.toolkit.fluxcd.io", kinds: "Alert Provider", why: "it sends messages" },
  {
    group: "tekton.dev",
    kinds: "ClusterTask Pipeline PipelineRun Task TaskRun",
    why: "its pods have no service",
    unless: HOST_PORTS,
  },
  { group: "tekton.dev", kinds: "StepAction", why: "nothing runs from it but what a task names" },
  { group: "resolution.tekton.dev", kinds: "ResolutionRequest", why: QUESTION },
  { group: "build.openshift.io", kinds: "*", why: "it builds images" },
  { group: "image.openshift.io", kinds: "*", why: "it names images" },
  { group: "console.openshift.io", kinds: "*", why: "it changes what the console shows" },
  { group: "project.openshift.io", kinds: "*", why: "it is a namespace" },
  { group: "user.openshift.io", kinds: "*", why: IDENTITY },
  { group: "oauth.openshift.io", kinds: "*", why: IDENTITY },
  { group: "authorization.openshift.io", kinds: "*", why: IDENTITY },
  { group: "operators.coreos.com", kinds: "CatalogSource OperatorGroup", why: "nothing is deployed by it alone" },
  { group: "app.k8s.io", kinds: "Application", why: "it groups objects that are there" },
  { group: "flyte.lyft.com", kinds: "FlyteWorkflow", why: "its pods are judged by what their namespace admits" },
  {
    group: "kustomize.config.k8s.io",
    kinds: "Component Kustomization",
    why: "it is a file of kustomize, never applied",
  },
  { group: "backstage.io", kinds: "*", why: CATALOG },
  { group: "scaffolder.backstage.io", kinds: "*", why: CATALOG },
  { group: "blueprints.cloud.google.com", kinds: "BlueprintMetadata BlueprintTest", why: CATALOG },

  // ---------------------------------------------------------------- ways in and software behind services
  {
    group: "cilium.io",
    kinds:
      "CiliumBGPAdvertisement CiliumBGPClusterConfig CiliumBGPNodeConfig CiliumBGPNodeConfigOverride CiliumBGPPeerConfig CiliumBGPPeeringPolicy CiliumL2AnnouncementPolicy CiliumLoadBalancerIPPool",
    why: ANNOUNCED,
  },
  {
    group: "metallb.io",
    kinds: "BFDProfile BGPAdvertisement BGPPeer Community IPAddressPool L2Advertisement",
    why: ANNOUNCED,
  },
  { group: "externaldns.k8s.io", kinds: "DNSEndpoint", why: "a name in DNS opens nothing" },
  {
    group: "application-networking.k8s.aws",
    kinds: "AccessLogPolicy IAMAuthPolicy TargetGroupPolicy",
    why: "it is of effect through a Gateway or a route, which is judged",
  },
  {
    group: "gateway.k8s.aws",
    kinds: "ListenerRuleConfiguration TargetGroupConfiguration",
    why: "it is of effect through a Gateway, which is judged",
  },
  { group: "cloud.google.com", kinds: "BackendConfig", why: WAY_IN_CLOSED },
  { group: "networking.gke.io", kinds: "FrontendConfig GCPBackendPolicy HealthCheckPolicy", why: WAY_IN_CLOSED },
  {
    group: "traefik.io",
    kinds: "Middleware MiddlewareTCP ServersTransport ServersTransportTCP TLSOption TLSStore TraefikService",
    why: "it is of effect through a route, which is judged",
  },
  {
    group: "traefik.containo.us",
    kinds: "Middleware MiddlewareTCP ServersTransport TLSOption TLSStore TraefikService",
    why: "it is of effect through a route, which is judged",
  },
  {
    group: "projectcontour.io",
    kinds: "TLSCertificateDelegation",
    why: "it is of effect through a route, which is judged",
  },
  {
    group: "gateway.envoyproxy.io",
    kinds: "BackendTrafficPolicy ClientTrafficPolicy EnvoyProxy SecurityPolicy",
    why: "it is of effect through a Gateway, which is judged",
  },
  {
    group: "k8s.nginx.org",
    kinds: "GlobalConfiguration Policy VirtualServerRoute",
    why: "it is of effect through a server, which is judged",
  },
  { group: "appprotect.f5.com", kinds: "*", why: WAY_IN_CLOSED },
  { group: "appprotectdos.f5.com", kinds: "*", why: WAY_IN_CLOSED },
  {
    group: "kafka.strimzi.io",
    kinds:
      "KafkaBridge KafkaConnect KafkaConnector KafkaMirrorMaker KafkaMirrorMaker2 KafkaNodePool KafkaRebalance KafkaTopic KafkaUser",
    why: CONFIGURATION,
    unless: HOST_PORTS,
  },
  { group: "core.strimzi.io", kinds: "StrimziPodSet", why: CLUSTER_STATE },
  { group: "barmancloud.cnpg.io", kinds: "ObjectStore", why: STORAGE },
  { group: "autoscaling.k8s.elastic.co", kinds: "ElasticsearchAutoscaler", why: SCALING },
  { group: "beat.k8s.elastic.co", kinds: "Beat", why: "its pods have no service", unless: HOST_PORTS },
  {
    group: "rabbitmq.com",
    kinds: "Binding Exchange Federation Permission Policy Queue SchemaReplication Shovel TopicPermission User Vhost",
    why: CONFIGURATION,
  },
  { group: "security.istio.io", kinds: "AuthorizationPolicy", why: WAY_IN_CLOSED },
  {
    group: "security.istio.io",
    kinds: "PeerAuthentication RequestAuthentication",
    why: "it checks certificates and tokens of what arrives",
  },
  { group: "telemetry.istio.io", kinds: "Telemetry", why: MONITORING },
  {
    group: "networking.istio.io",
    kinds: "ServiceEntry WorkloadEntry WorkloadGroup",
    why: "it names who is there to connect to; what carries the packets is judged by itself",
  },
  {
    group: "networking.istio.io",
    kinds: "ProxyConfig Sidecar",
    why: "it tells a pod's own proxy what to hold ready; what carries the packets to the pod is judged by itself",
  },
  { group: "networking.istio.io", kinds: "DestinationRule", why: "it is of effect through a service, which is judged" },

  // ---------------------------------------------------------------- what operators run
  ...OPERATED,
];
