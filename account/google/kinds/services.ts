/** What Google runs for its customers. */
import { below, kind, type Kind } from "../kind";

export const SERVICES: readonly Kind[] = [
  kind(
    "run-services",
    "run.googleapis.com/Service",
    // In the API's first version, an object of Knative; in its second, fields of their own. No variables.
    ...below("metadata", "name", "annotations"),
    ...["name", "ingress", ...below("template.vpcAccess", "egress", "networkInterfaces", "connector")],
  ),
  kind(
    "run-jobs",
    "run.googleapis.com/Job",
    ...["metadata.name", "name", ...below("template.template.vpcAccess", "egress", "networkInterfaces", "connector")],
  ),
  kind(
    "functions",
    "cloudfunctions.googleapis.com/Function",
    ...["name", "environment", "state"],
    ...below("serviceConfig", "ingressSettings", "vpcConnector", "vpcConnectorEgressSettings"),
  ),
  kind(
    "first-functions",
    "cloudfunctions.googleapis.com/CloudFunction",
    ...["name", "status", "ingressSettings", "vpcConnector", "vpcConnectorEgressSettings"],
    ...["eventTrigger.eventType", "httpsTrigger.securityLevel"],
  ),
  kind(
    "redis-instances",
    "redis.googleapis.com/Instance",
    ...["name", "authorizedNetwork", "connectMode", "transitEncryptionMode", "customerManagedKey"],
  ),
  kind(
    "redis-clusters",
    "redis.googleapis.com/Cluster",
    ...["name", "pscConfigs.network", "transitEncryptionMode", "kmsKey"],
  ),
  kind("memcache-instances", "memcache.googleapis.com/Instance", "name", "authorizedNetwork"),
  kind(
    "alloydb-clusters",
    "alloydb.googleapis.com/Cluster",
    ...["name", "network", "networkConfig.network", "pscConfig.pscEnabled", "encryptionConfig.kmsKeyName"],
  ),
  kind(
    "alloydb-instances",
    "alloydb.googleapis.com/Instance",
    ...["name", "instanceType", "clientConnectionConfig.sslConfig.sslMode"],
    ...below("networkConfig", "enablePublicIp", "authorizedExternalNetworks.cidrRange"),
  ),
];
