/** Kinds of which operators make pods that are reached within the cluster only, unless a field says otherwise. */
import type { KindRow } from "./kinds";

const HEADLESS = "its pods find each other by services without an address";
const INTERNAL_PODS = "its pods are behind ClusterIP services unless it says otherwise";

/** Fields that describe a service, or its type: nothing is open where that is a ClusterIP. */
export const SERVICES = ["service", "services", "serviceTemplate", "serveService", "headService", "serviceType"];

/** Fields by which pods or their services are reached past the cluster's own network. */
export const HOST_PORTS = ["hostNetwork", "hostPort"];
export const SERVICE_TYPES = [...HOST_PORTS, ...SERVICES, "ingress", "route"];

export const OPERATED: readonly KindRow[] = [
  {
    group: "monitoring.coreos.com",
    kinds: "Alertmanager Prometheus PrometheusAgent ThanosRuler",
    why: INTERNAL_PODS,
    unless: HOST_PORTS,
  },
  {
    group: "opentelemetry.io",
    kinds: "OpenTelemetryCollector",
    why: INTERNAL_PODS,
    unless: [...HOST_PORTS, "ingress"],
  },
  { group: "jobset.x-k8s.io", kinds: "JobSet", why: HEADLESS, unless: HOST_PORTS },
  { group: "leaderworkerset.x-k8s.io", kinds: "LeaderWorkerSet", why: HEADLESS, unless: HOST_PORTS },
  {
    group: "kubeflow.org",
    kinds: "JAXJob MPIJob PaddleJob PyTorchJob TFJob XGBoostJob",
    why: HEADLESS,
    unless: HOST_PORTS,
  },
  {
    group: "ray.io",
    kinds: "RayCluster RayJob RayService",
    why: INTERNAL_PODS,
    unless: [...HOST_PORTS, "serviceType", "headService", "serveService", "enableIngress"],
  },
  {
    group: "sparkoperator.k8s.io",
    kinds: "ScheduledSparkApplication SparkApplication",
    why: INTERNAL_PODS,
    unless: [...HOST_PORTS, "sparkUIOptions", "driverIngressOptions"],
  },
  {
    group: "ceph.rook.io",
    kinds: "CephCluster CephObjectStore",
    why: INTERNAL_PODS,
    unless: ["network", ...HOST_PORTS],
  },
  { group: "argoproj.io", kinds: "Experiment", why: INTERNAL_PODS, unless: HOST_PORTS },
  { group: "argoproj.io", kinds: "EventBus EventSource", why: INTERNAL_PODS, unless: HOST_PORTS },
  {
    group: "postgresql.cnpg.io",
    kinds: "Backup Cluster ClusterImageCatalog Database ImageCatalog Pooler Publication ScheduledBackup Subscription",
    why: INTERNAL_PODS,
    unless: ["serviceTemplate", ...HOST_PORTS],
  },
  {
    group: "elasticsearch.k8s.elastic.co",
    kinds: "Elasticsearch",
    why: INTERNAL_PODS,
    unless: ["service", ...HOST_PORTS],
  },
  { group: "kibana.k8s.elastic.co", kinds: "Kibana", why: INTERNAL_PODS, unless: ["service", ...HOST_PORTS] },
  ...["agent", "apm", "enterprisesearch", "logstash", "maps", "packageregistry"].map((name) => ({
    group: `${name}.k8s.elastic.co`,
    kinds: "Agent ApmServer ElasticMapsServer EnterpriseSearch Logstash PackageRegistry",
    why: INTERNAL_PODS,
    unless: ["service", "services", ...HOST_PORTS],
  })),
  {
    group: "rabbitmq.com",
    kinds: "RabbitmqCluster",
    why: INTERNAL_PODS,
    unless: ["service", "override", ...HOST_PORTS],
  },
  {
    group: "grafana.integreatly.org",
    kinds: "Grafana",
    why: INTERNAL_PODS,
    unless: [...SERVICE_TYPES, "httpRoute"],
  },
  // https://docs.confluent.io/operator/current/co-networking-overview.html
  {
    group: "platform.confluent.io",
    kinds: "Connect ControlCenter Kafka KafkaRestProxy KRaftController KsqlDB SchemaRegistry Zookeeper",
    why: INTERNAL_PODS,
    unless: ["externalAccess", ...HOST_PORTS],
  },
  // https://redis.io/docs/latest/operate/kubernetes/networking
  {
    group: "app.redislabs.com",
    kinds: "RedisEnterpriseCluster",
    why: INTERNAL_PODS,
    unless: ["services", "servicesRiggerSpec", "uiServiceType", "ingressOrRouteSpec", "activeActive", ...HOST_PORTS],
  },
  { group: "databases.spotahome.com", kinds: "RedisFailover", why: INTERNAL_PODS, unless: HOST_PORTS },
  // https://docs.litmuschaos.io/docs/concepts/chaos-experiment
  {
    group: "litmuschaos.io",
    kinds: "ChaosEngine ChaosExperiment ChaosResult",
    why: "its pods have no service",
    unless: HOST_PORTS,
  },
];
