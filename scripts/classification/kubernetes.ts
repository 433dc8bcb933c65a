/**
 * What was found of the types of kubernetes by looking at them. Those that write a whole object are judged as that
 * object: by `verification/clouds/kubernetes/kinds.ts`.
 */
import type { Review } from "./review";

export const KUBERNETES: Review = {
  modelled: ["kubernetes_*"],
  harmless: {
    "it is served through the cluster's API": ["kubernetes_api_service", "kubernetes_api_service_v1"],
    "it says who somebody is": [
      "kubernetes_certificate_signing_request",
      "kubernetes_certificate_signing_request_v1",
      "kubernetes_token_request_v1",
    ],
    "it holds data": ["kubernetes_config_map_v1_data", "kubernetes_secret_v1_data"],
    "it says where a service leads; who may ask the service does not change": [
      "kubernetes_endpoint_slice_v1",
      "kubernetes_endpoints",
      "kubernetes_endpoints_v1",
    ],
    "it sets variables of a container": ["kubernetes_env"],
    "it says which pods a node takes": ["kubernetes_node_taint"],
    "it is about storage": ["kubernetes_persistent_volume", "kubernetes_persistent_volume_v1"],
    "it decides which objects are admitted": [
      "kubernetes_pod_security_policy",
      "kubernetes_pod_security_policy_v1beta1",
    ],
  },
  unjudged: {
    "the Kubernetes objects that it writes are not known": [
      "kubernetes_annotations",
      "kubernetes_labels",
      "kubernetes_manifest",
    ],
  },
};
