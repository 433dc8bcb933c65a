/** Assets by which nobody reaches more or less, or of which others tell, by their types. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  "it is an object of a cluster, which --context reads": [
    ...["k8s.io/", "apps.k8s.io/", "batch.k8s.io/", "networking.k8s.io/", "rbac.authorization.k8s.io/"],
    ...["extensions.k8s.io/", "autoscaling.k8s.io/", "policy.k8s.io/", "storage.k8s.io/", "scheduling.k8s.io/"],
    ...["admissionregistration.k8s.io/", "apiextensions.k8s.io/", "apiregistration.k8s.io/", "node.k8s.io/"],
  ],
  "it is data, or a record of what was": [
    ...["compute.googleapis.com/Image", "compute.googleapis.com/Snapshot", "compute.googleapis.com/MachineImage"],
    ...["compute.googleapis.com/InstantSnapshot", "artifactregistry.googleapis.com/DockerImage"],
    ...["artifactregistry.googleapis.com/", "containerregistry.googleapis.com/Image"],
    ...["secretmanager.googleapis.com/SecretVersion", "cloudkms.googleapis.com/CryptoKeyVersion"],
    ...["cloudkms.googleapis.com/ImportJob", "run.googleapis.com/Revision", "run.googleapis.com/Execution"],
    ...["cloudbuild.googleapis.com/Build", "dataflow.googleapis.com/Snapshot", "bigquery.googleapis.com/Model"],
  ],
  "it watches, records or reports": [
    ...["monitoring.googleapis.com/", "logging.googleapis.com/LogMetric", "logging.googleapis.com/Settings"],
    ...["logging.googleapis.com/Link", "logging.googleapis.com/SavedQuery", "cloudasset.googleapis.com/"],
    ...["containeranalysis.googleapis.com/", "securitycenter.googleapis.com/", "osconfig.googleapis.com/"],
    "networkmanagement.googleapis.com/",
  ],
  "it says how something that is judged is kept, checked or bought": [
    ...["compute.googleapis.com/HealthCheck", "compute.googleapis.com/HttpHealthCheck"],
    ...["compute.googleapis.com/HttpsHealthCheck", "compute.googleapis.com/Autoscaler"],
    ...["compute.googleapis.com/ResourcePolicy", "compute.googleapis.com/Reservation"],
    ...["compute.googleapis.com/Commitment", "compute.googleapis.com/SslCertificate"],
    ...["compute.googleapis.com/SslPolicy", "compute.googleapis.com/SecurityPolicy"],
    ...["compute.googleapis.com/InstanceSettings", "compute.googleapis.com/Project", "compute.googleapis.com/License"],
    ...["compute.googleapis.com/StoragePool", "compute.googleapis.com/NodeTemplate"],
    ...["billingbudgets.googleapis.com/", "cloudbilling.googleapis.com/", "essentialcontacts.googleapis.com/"],
    ...["serviceusage.googleapis.com/", "orgpolicy.googleapis.com/", "cloudquotas.googleapis.com/"],
    ...["cloudresourcemanager.googleapis.com/TagKey", "cloudresourcemanager.googleapis.com/TagValue"],
    ...["gkebackup.googleapis.com/", "dns.googleapis.com/Policy"],
  ],
  "it says who somebody is": ["iam.googleapis.com/WorkloadIdentityPool", "apikeys.googleapis.com/"],
};

const TYPES = Object.values(HARMLESS).flat();

/** Whether an asset's type, or its whole service, is one of these. */
export const isHarmlessAsset = (type: string): boolean =>
  TYPES.some((one) => (one.endsWith("/") ? type.startsWith(one) : type === one));
